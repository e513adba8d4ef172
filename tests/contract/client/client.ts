// What an app does with the API, typed by the document alone. Lines that expect an error prove that the types are no
// wider than the contract: they would compile if a type were `unknown`, `any` or a plain string.
import createClient from "openapi-fetch";

import type { components, paths } from "./homecharge";

type Schemas = components["schemas"];
type Session = Schemas["Session"];

const api = createClient<paths>({ baseUrl: "https://homecharge.example" });

/** A row of History, in words: what became of it, and why. */
export function told(session: Session): string {
  if (session.rejection !== null) {
    const { code, headline, advice, act_before } = session.rejection;
    const until: string = act_before ?? "never";
    return code === "car_unplugged" ? `${headline}: ${advice} (until ${until})` : headline;
  }
  // @ts-expect-error: it was rejected, or it was not
  const nothing: string = session.rejection.code;
  // @ts-expect-error: no session is ever that
  if (session.status === "finished") return nothing;
  const cost = session.cost === null ? "no price" : `${session.cost.amount} ${session.cost.currency}`;
  switch (session.result) {
    case "met":
      return `${session.energy_wh / 1000} kWh, ${cost}`;
    case "short":
      return session.shortfall?.title ?? "short";
    case null:
      return session.waiting === null ? session.status : session.waiting.detail;
  }
}

/** The fact that a decision used, as text. */
export function proof(evidence: Schemas["Evidence"]): string {
  // @ts-expect-error: it may be a number, or nothing
  const text: string = evidence.value;
  return typeof evidence.value === "number" ? evidence.value.toFixed() : (evidence.value ?? text);
}

/** A limit: its kind says which measure it has, and the compiler knows that these are all kinds. */
export function limited(limit: Schemas["Limit"]): string {
  switch (limit.kind) {
    case "duration":
      return `${limit.seconds / 60} min`;
    case "energy":
      return `${limit.energy_wh / 1000} kWh`;
    case "cost":
      return limit.amount;
  }
}

/** When a schedule charges: a Manual one has a start, a Smart one a time to be done by and a target. */
export function due(schedule: Schemas["Schedule"]): string {
  const days = "date" in schedule.on ? schedule.on.date : schedule.on.weekdays.join(", ");
  return schedule.kind === "manual"
    ? `${days} from ${schedule.start_time}`
    : `${days} by ${schedule.ready_by} (${schedule.target.kind})`;
}

/** What a tariff takes per kWh: decimal strings, so that no binary fraction comes near money. */
export function price(tariff: Schemas["Tariff"]): string {
  switch (tariff.kind) {
    case "flat":
      return tariff.rate;
    case "time_of_use":
      return tariff.periods.map((period) => period.rate).join(", ");
    case "dynamic":
      return tariff.rates.at(-1)?.rate ?? "not known";
  }
}

/** The whole History, page by page. */
export async function* history(charger_id: string): AsyncGenerator<Session> {
  let cursor: string | null = null;
  do {
    const query: { charger_id: string[]; cursor?: string } = { charger_id: [charger_id] };
    if (cursor !== null) query.cursor = cursor;
    const { data, error } = await api.GET("/v1/sessions", { params: { query } });
    if (error) throw new Error(error.detail);
    yield* data.items;
    cursor = data.next_cursor;
  } while (cursor !== null);
}

/** Charge now; a charge that cannot start is a session too, and every refusal a problem with a code. */
export async function boost(charger_id: string, key: string): Promise<Schemas["OneSession"]> {
  const { data, error, response } = await api.POST("/v1/chargers/{charger_id}/boost", {
    params: { path: { charger_id }, header: { "Idempotency-Key": key } },
    body: { limit: { kind: "energy", energy_wh: 8000 } },
  });
  if (error) {
    const problem: Schemas["Problem"] = error;
    const fields: Record<string, string[]> = problem.errors ?? {};
    throw new Error(`${response.status} ${problem.code} ${problem.request_id} ${Object.keys(fields).join()}`);
  }
  return data;
}

/** What is sent is held to the document as well. */
export async function mistakes(charger_id: string): Promise<void> {
  const params = { path: { charger_id } };
  // @ts-expect-error: no limit is of this kind
  await api.POST("/v1/chargers/{charger_id}/boost", { params, body: { limit: { kind: "forever" } } });
  // @ts-expect-error: a limit by energy has no seconds
  await api.POST("/v1/chargers/{charger_id}/boost", { params, body: { limit: { kind: "energy", seconds: 60 } } });
  // @ts-expect-error: a field that nobody knows
  const body: Schemas["ChargerChanges"] = { nobody_knows: 1 };
  await api.PATCH("/v1/chargers/{charger_id}", { params, body });
  // @ts-expect-error: there is no such path
  await api.GET("/v1/charger/{charger_id}", { params });
}

/** The first screen in one call. */
export async function home(): Promise<string[]> {
  const { data, error } = await api.GET("/v1/home");
  if (error) throw new Error(error.code);
  return data.chargers.map((charger) => {
    const next = charger.next_occurrence;
    const plugged: boolean | null = charger.connector.plugged_in;
    return `${charger.name} ${charger.connection.state} ${plugged} ${next?.plan?.total?.amount ?? ""} ${next?.state}`;
  });
}
