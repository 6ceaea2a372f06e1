/** `${name}` in the commands of a manifest. Commands are argument lists; nothing here is a shell. */

/** What stands for a name: one text, or several arguments where the name stands alone. */
export type Replacements = ReadonlyMap<string, string | readonly string[]>;

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Every `${name}` in an argument list. */
export function placeholdersIn(command: readonly string[]): string[] {
  return command.flatMap((argument) => Array.from(argument.matchAll(PLACEHOLDER), (match) => match[1] ?? ''));
}

export function substitute(command: readonly string[], replacements: Replacements): string[] {
  return command.flatMap((argument) => {
    const alone = /^\$\{([^}]*)\}$/.exec(argument)?.[1];
    const list = alone === undefined ? undefined : replacements.get(alone);
    if (list !== undefined && typeof list !== 'string') return list;
    return argument.replace(PLACEHOLDER, (whole, name: string) => {
      const text = replacements.get(name);
      return text === undefined ? whole : typeof text === 'string' ? text : text.join(' ');
    });
  });
}
