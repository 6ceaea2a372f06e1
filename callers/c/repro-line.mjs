// @ts-check
/** A line of a program's output as printf statements. */
import { literal } from './names.mjs';
import { ReproBody } from './repro-body.mjs';

/** One line of output, gathered to as few statements as it can be. */
export class Line {
  /** @param {ReproBody} body @param {string} start what it begins with */
  constructor(body, start = '') {
    this.body = body;
    this.start = start;
    this.format = '';
    /** @type {string[]} */
    this.args = [];
    this.isWhole = start !== '';
    this.text(start);
    this.isFresh = this.isWhole;
  }

  /** @param {string} text */
  text(text) {
    this.format += literal(text.replaceAll('%', '%%')).slice(1, -1).replaceAll('\\012', '\\n');
    this.isFresh = false;
  }

  /** @param {string} format as it stands in C @param {string} expression */
  arg(format, expression) {
    this.format += format;
    this.args.push(expression);
    this.isFresh = false;
  }

  flush() {
    if (this.format === '') return;
    const format = `"${this.format}"`.replace(/ ""$/, '');
    this.body.emit(`printf(${[format, ...this.args].join(', ')});`);
    this.format = '';
    this.args = [];
  }

  /** @param {string} statement */
  statement(statement) {
    this.flush();
    this.body.emit(statement);
    this.isFresh = false;
  }

  /** `if (…) { word } else { otherwise }`. @param {[string, string][]} words @param {(line: Line) => void} otherwise */
  choose(words, otherwise) {
    if (words.length === 0) return otherwise(this);
    const [start, end] = this.isFresh ? [this.start, '\n'] : ['', ''];
    if (this.isFresh) this.format = '';
    else this.flush();
    const block = (/** @type {(line: Line) => void} */ write) => {
      const line = new Line(new ReproBody(this.body.file, this.body), start);
      line.isFresh = false;
      write(line);
      line.text(end);
      line.flush();
    };
    words.forEach(([condition, word], i) => {
      this.body.emit(`${i === 0 ? '' : '} else '}if (${condition}) {`);
      block((line) => line.text(word));
    });
    this.body.emit('} else {');
    block(otherwise);
    this.body.emit('}');
    if (this.isFresh) this.isWhole = false;
    this.isFresh = false;
  }

  end() {
    if (this.isWhole) this.text('\n');
    this.flush();
    this.body.emit('fflush(stdout);');
  }
}

/** @param {ReproBody} body @param {string} start @param {(line: Line) => void} write */
export function print(body, start, write) {
  const line = new Line(body, `${start} `);
  write(line);
  line.end();
}
