// Says, wherever the panel would be, that no folder with a panel was given.
import { createServer } from "node:http";

const TEXT =
  "No hay panel: no diste su carpeta. Pon en .env la ruta de la carpeta que tiene su package.json, " +
  "por ejemplo PANEL_DIR=../panel, y ejecuta otra vez: docker compose --profile build up -d admin-dev nginx-dev";

console.log(TEXT);
const server = createServer((request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(TEXT + "\n");
});
server.listen(Number(process.env.PORT ?? 5173), process.env.HOST ?? "0.0.0.0");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
