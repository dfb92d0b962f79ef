// PostGraphile as it serves production: one process a core, no page for trying things out, nothing watched, nobody asked
// for a token and no role set, so that it does nothing beside answering.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { availableParallelism } from "node:os";

import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const CONNECTIONS = 10; // of each process, as many as minglu has by default

if (cluster.isPrimary) {
  for (let started = 0; started < availableParallelism(); started++) cluster.fork();
} else {
  const preset = {
    extends: [PostGraphileAmberPreset],
    pgServices: [
      makePgService({
        connectionString: process.env.DATABASE_URL,
        schemas: ["peer"],
        poolConfig: { max: CONNECTIONS },
      }),
    ],
    grafserv: { graphiql: false, watch: false, websockets: false },
    grafast: { explain: false },
  };
  const server = createServer();
  await postgraphile(preset).createServ(grafserv).addTo(server);
  server.listen(Number(process.env.PORT), "127.0.0.1");
}
