// Times as the citizen reads them: in Danish, and in Danish time wherever the browser is.

import { texts } from "./texts.js";

const ZONE = "Europe/Copenhagen";
const clock = new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const calendar = new Intl.DateTimeFormat("da-DK", { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });
const key = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: ZONE });

/** "14.05" of an ISO time, in Danish time; empty where it is no time. */
export function timeOf(at) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : clock.format(when);
}

/** The day of an ISO time as it is said: "I dag", "I går", "mandag den 3. maj". */
export function dayOf(at) {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return "";
  const day = key.format(when);
  if (day === key.format(new Date())) return texts.today;
  if (day === key.format(new Date(Date.now() - 864e5))) return texts.yesterday;
  return calendar.format(when);
}

/** The Danish date of an ISO time, to compare; empty where it is no time. */
export function dayKey(at) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : key.format(when);
}
