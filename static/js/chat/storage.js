// Small things kept in this browser, or in this tab alone. Where storage is blocked (a frame of another
// site, a private window) or full, they last as long as the page.
function shelf(area) {
  const memory = new Map();
  return {
    get(key) {
      if (memory.has(key)) return memory.get(key);
      try {
        return JSON.parse(window[area].getItem(key));
      } catch {
        return null; // blocked, or not ours
      }
    },
    set(key, value) {
      try {
        window[area].setItem(key, JSON.stringify(value));
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove(key) {
      memory.delete(key);
      try {
        window[area].removeItem(key);
      } catch {
        // Blocked: there is nothing.
      }
    },
  };
}

export const browser = shelf("localStorage");
export const tab = shelf("sessionStorage");
