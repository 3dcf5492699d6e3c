// What this browser remembers: drafts until the window is closed, preferences for good. Never throws.

function store(storage, prefix) {
  return {
    get(key, otherwise = null) {
      try {
        const raw = storage().getItem(prefix + key);
        return raw === null ? otherwise : JSON.parse(raw);
      } catch {
        return otherwise;
      }
    },
    set(key, value) {
      try {
        if (value === null || value === "" || value === undefined) storage().removeItem(prefix + key);
        else storage().setItem(prefix + key, JSON.stringify(value));
      } catch {
        // Full or switched off: the page works, it only forgets.
      }
    },
  };
}

/** What is being written: survives a reload and a new login in this window, gone when it is closed. */
export const drafts = store(() => sessionStorage, "skranke.kladde.");

/** Choices of the one who sits here: sound, shortcuts, what is folded. */
export const preferences = store(() => localStorage, "skranke.valg.");
