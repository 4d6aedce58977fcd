// What the browser keeps for this page. What it refuses to keep, as its storage is blocked or full, is kept here instead,
// and lasts until the page is loaded again.

function kept(storage) {
  const here = new Map();
  return {
    get(name) {
      if (here.has(name)) return here.get(name);
      try {
        return storage().getItem(name);
      } catch {
        return null;
      }
    },
    set(name, value) {
      here.delete(name);
      try {
        storage().setItem(name, value);
      } catch {
        here.set(name, value);
      }
    },
    remove(name) {
      here.delete(name);
      try {
        storage().removeItem(name);
      } catch {
        // Nothing can be left of what was never kept.
      }
    },
  };
}

// The names themselves throw where storage is blocked, so that they are looked up at each call.
export const inTab = kept(() => sessionStorage);
export const inBrowser = kept(() => localStorage);
