// Times as the staff read them, in Danish time wherever the computer thinks it is.

const ZONE = "Europe/Copenhagen";
const PARTS = new Intl.DateTimeFormat("da-DK", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("da-DK", { timeZone: ZONE, weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = new Intl.DateTimeFormat("da-DK", { timeZone: ZONE, day: "numeric", month: "long", year: "numeric" });
const ISO_DAY = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });
const MINUTE = 60_000;

/** The day in Denmark as 2026-11-24. */
export function isoDay(at = new Date()) {
  return ISO_DAY.format(new Date(at));
}

/** "kl. 9.30", "kl. 10". */
export function clock(at) {
  const part = Object.fromEntries(PARTS.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return `kl. ${Number(part.hour)}${part.minute === "00" ? "" : `.${part.minute}`}`;
}

/** "i dag", "i går", "i morgen", "tirsdag den 24. november", with the year where it is not near. */
export function day(at, now = new Date()) {
  const days = Math.round((Date.parse(isoDay(at)) - Date.parse(isoDay(now))) / 86_400_000);
  if (days === 0) return "i dag";
  if (days === -1) return "i går";
  if (days === 1) return "i morgen";
  if (Math.abs(days) > 180) return SHORT_DAY.format(new Date(at));
  const [weekday, ...rest] = DAY.format(new Date(at)).replace(" den ", " ").split(" ");
  return `${weekday.replace(",", "")} den ${rest.join(" ")}`;
}

/** "24. november 2026". */
export function date(at) {
  return SHORT_DAY.format(new Date(at));
}

/** "i dag kl. 14.30". */
export function moment(at) {
  return `${day(at)} ${clock(at)}`;
}

/** How long ago, in whole minutes: "lige nu", "12 min.", "2 t. 5 min.", "3 dage". */
export function age(since, now = Date.now()) {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE));
  if (minutes < 1) return "under 1 min.";
  if (minutes < 60) return `${minutes} min.`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} t. ${minutes % 60} min.` : `${hours} t.`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 dag" : `${days} dage`;
}
