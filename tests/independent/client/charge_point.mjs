// A strict OCPP 1.6 client: every frame, either way, is checked against the schemas that `ocpp-rpc` brings along.
// Commands come as JSON lines on standard input, what happens goes out as JSON lines on standard output:
//   {"id": 1, "call": "Heartbeat", "params": {}}   ->  {"id": 1, "result": {…}} or {"id": 1, "error": "…"}
//   {"id": 2, "answer": "RemoteStartTransaction", "params": {"status": "Rejected"}}
//   a call of the central system                   ->  {"received": "RemoteStartTransaction", "params": {…}}
import { createInterface } from "node:readline";
import { RPCClient } from "ocpp-rpc";

const [endpoint, identity, password] = process.argv.slice(2);
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const answers = {
  ChangeConfiguration: { status: "Accepted" },
  GetConfiguration: { configurationKey: [], unknownKey: [] },
  GetLocalListVersion: { listVersion: 0 },
  RemoteStartTransaction: { status: "Accepted" },
  RemoteStopTransaction: { status: "Accepted" },
  SendLocalList: { status: "Accepted" },
  TriggerMessage: { status: "Accepted" },
};
const client = new RPCClient({
  endpoint, identity, password, protocols: ["ocpp1.6"], strictMode: true, reconnect: false, callTimeoutMs: 15000,
});
client.handle(({ method, params }) => {
  tell({ received: method, params });
  return answers[method];
});
client.on("strictValidationFailure", (event) => tell({ violation: String(event.error) }));
client.on("close", ({ code }) => tell({ closed: code }));

const act = async (command) => {
  if (command.call) return client.call(command.call, command.params);
  if (command.answer) {
    answers[command.answer] = command.params;
    return {};
  }
  if (command.close) return client.close({ code: 1000 });
  throw new Error("neither a call nor an answer");
};

await client.connect();
tell({ connected: true });
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    tell({ id: command.id, result: (await act(command)) ?? {} });
  } catch (error) {
    tell({ id: command.id, error: String(error) });
  }
}
process.exit(0);
