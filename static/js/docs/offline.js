// ReDoc draws its maker's logo from the maker's server; this project asks nothing of other servers.
// Loaded before ReDoc: the element is made, but never with that address.
(() => {
  "use strict";
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  const isOutside = (value) => {
    try {
      const url = new URL(value, document.baseURI);
      return /^https?:$/.test(url.protocol) && url.origin !== window.location.origin;
    } catch {
      return false;
    }
  };
  const setAttribute = Element.prototype.setAttribute;

  HTMLImageElement.prototype.setAttribute = function (name, value) {
    if (String(name).toLowerCase() === "src" && isOutside(value)) this.hidden = true;
    else setAttribute.call(this, name, value);
  };
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...source,
    set(value) {
      if (isOutside(value)) this.hidden = true;
      else source.set.call(this, value);
    },
  });
})();
