/** What is going on, while it goes on: one live line in a terminal, plain lines elsewhere. Writes through `out`. */
import type { Listener, RunEvent } from '../events.ts';
import { visible } from '../diagnostic.ts';

export interface ProgressOut {
  readonly write: (text: string) => void;
  /** A live line may be drawn and redrawn. */
  readonly live: boolean;
  readonly columns: number;
}

export function progressPrinter(out: ProgressOut): Listener {
  const state = new Map<string, { played: number; total: number; deviations: number }>();
  let drawn = false;
  const clear = (): void => {
    if (drawn) out.write('\r\u001b[2K');
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    out.write(`${visible(text)}\n`);
  };
  const draw = (): void => {
    if (!out.live) return;
    clear();
    const parts = [...state].map(
      ([id, each]) => `${id} ${each.played}/${each.total}${marks(each.deviations)}`,
    );
    out.write(visible(parts.join('  ')).slice(0, (out.columns || 80) - 1));
    drawn = true;
  };
  return (event) => {
    follow(event, state);
    const words = wordsFor(event, state);
    if (words !== null) line(words);
    if (event.kind === 'finished') clear();
    else if (event.kind !== 'deviation') draw();
  };
}

function marks(deviations: number): string {
  return deviations === 0 ? '' : ` (${deviations} deviate)`;
}

type Counts = Map<string, { played: number; total: number; deviations: number }>;

function follow(event: RunEvent, state: Counts): void {
  if (event.kind === 'column-started')
    state.set(event.column, { played: 0, total: event.cases, deviations: 0 });
  else if (event.kind === 'progress' || event.kind === 'column-finished' || event.kind === 'deviation') {
    const counts = state.get(event.column);
    if (counts === undefined) return;
    if (event.kind === 'deviation') counts.deviations += event.result.known === null ? 1 : 0;
    else counts.played = event.played;
  }
}

/** The plain line for an event; null when it has none. */
function wordsFor(event: RunEvent, state: Counts): string | null {
  switch (event.kind) {
    case 'work':
      return event.what;
    case 'note':
      return event.text;
    case 'warning':
      return `warning: ${event.diagnostic.message}`;
    case 'not-run':
      return `not run: ${event.caller.caller}: ${event.caller.reason}`;
    case 'trouble':
      return `${event.column}: ${event.trouble.what}: ${event.trouble.why}`;
    case 'column-finished': {
      const counts = state.get(event.column);
      return `${event.column}: ${event.played} of ${counts?.total ?? 0} cases played${marks(counts?.deviations ?? 0)}`;
    }
    case 'column-started':
    case 'column-hello':
    case 'progress':
    case 'deviation':
    case 'finished':
      return null;
  }
}
