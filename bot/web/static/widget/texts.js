// Every Danish word the widget itself says. Read them aloud before you change them.

const plural = (n, one, many) => (n === 1 ? one : many);

export const texts = {
  // Who speaks
  assistant: "Digital assistent",
  robot: "digital assistent (robot)",
  municipality: "kommunen",
  staff: "Medarbejder",
  you: "Du",
  youWrote: "Du skrev",
  answered: (name) => `${name} svarede`,
  assistantAnswered: "Assistenten svarede",
  notice: "Besked om samtalen",
  today: "I dag",
  yesterday: "I går",

  // The button and the panel
  launch: (name) => `Skriv med ${name}`,
  launchRobot: "Digital assistent",
  unread: (n) => `${n} ${plural(n, "ny besked", "nye beskeder")}`,
  conversation: "Samtale",
  options: "Muligheder",
  close: "Luk chatten",
  download: "Hent samtalen som tekst",
  print: "Udskriv samtalen",
  logout: "Log ud",
  end: "Slet og afslut samtalen",
  loggedInAs: (name) => `Logget ind som ${name}`,
  loggedIn: "Du er logget ind",
  mitid: "Bruger andre også denne computer?",
  mitidLogout: "Log også ud af MitID",

  // Writing
  write: "Skriv din besked",
  send: "Send",
  privacy: "Skriv ikke dit CPR-nummer her.",
  left: (n) => `${n} tegn tilbage`,
  tooLong: (n) => `Din besked er ${n} tegn for lang. Gør den kortere, eller del den i to.`,
  sending: "Sender …",
  waiting: "Ikke sendt endnu. Vi sender den, når der er forbindelse.",
  notSent: "Ikke sendt.",
  retry: "Prøv igen",
  drop: "Slet beskeden",
  dropped: "Beskeden er slettet.",
  seen: "Set",
  choose: "Vælg et svar",
  chosen: "valgt",
  typing: (name) => `${name} skriver …`,
  theAssistant: "Assistenten",
  newMessages: "Nye beskeder",

  // What happens to the conversation
  starting: "Et øjeblik, vi åbner samtalen …",
  lost: "Forbindelsen er afbrudt. Vi prøver selv igen.",
  back: "Forbindelsen er tilbage.",
  unreachable: (phone) =>
    "Vi kan ikke få forbindelse til chatten lige nu. Prøv igen om lidt" + (phone ? `, eller ring til os på ${phone}.` : "."),
  expired: "Din tidligere samtale er udløbet, så vi har startet en ny.",
  queued: "Du står i kø til en medarbejder.",
  position: (n) => `Du er nummer ${n} i køen til en medarbejder.`,
  wait: (n) => `Du kan regne med at vente cirka ${n} ${plural(n, "minut", "minutter")}.`,
  human: "Du skriver nu med en medarbejder.",
  restart: "Start en ny samtale",

  // Ending for good
  endAsk: "Vil du slette og afslutte samtalen?",
  endMeans: (name, loggedIn) =>
    `Vi sletter alt i samtalen, både her og hos ${name}${loggedIn ? ", og vi logger dig ud" : ""}. Det kan ikke fortrydes. ` +
    "Har du bedt os ringe til dig, ringer vi stadig. Vil du gemme samtalen, så hent den først.",
  endYes: "Slet og afslut",
  endNo: "Fortryd",
  ending: "Vi sletter samtalen …",
  ended: "Samtalen er slettet.",
  endedOffline:
    "Samtalen er slettet fra denne enhed. Vi kunne ikke få forbindelse til kommunen, så kopien dér bliver først slettet, når den udløber.",
  endedElsewhere: "Samtalen er slettet i et andet vindue.",

  // Login
  login: "Log ind med MitID",
  loginTitle: "Log ind for at se din sag",
  loginOpens: "Åbner MitID …",
  loginFailed: "Vi kunne ikke logge dig ind. Prøv igen, eller skriv, at du gerne vil tale med et menneske.",
  loginUnreachable: "Vi kan ikke få forbindelse til login lige nu. Prøv igen om lidt.",
  logoutFailed: "Vi kunne ikke logge dig ud lige nu. Prøv igen om lidt.",
  loginNeedsStorage: (phone) =>
    "Din browser gemmer ikke noget for denne side, og så mister vi samtalen, når du logger ind. " +
    "Giv siden lov til at gemme data" + (phone ? `, eller ring til os på ${phone}.` : "."),

  // The case card
  caseNumber: "Sagsnummer",
  caseState: "Status",
  caseDepartment: "Afdeling",
  caseWorker: "Sagsbehandler",
  caseTodo: "Det skal du gøre",
  caseNothing: "Ingenting lige nu",
  caseNext: "Næste skridt",
  caseDue: (date) => `senest ${date}`,
  caseContact: "Kontakt",
  caseOf: (number) => `Sag ${number}`,
  caseUntitled: "Din sag",

  // The copy that the citizen keeps
  copyTitle: (name) => `Samtale med ${name}`,
  copyMade: (when) => `Gemt ${when}`,
  copyFile: "samtale",
};
