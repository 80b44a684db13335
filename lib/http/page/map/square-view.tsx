/**
 * The square itself. It is a picture with places to click; the list beside it says the same and takes the keyboard.
 */
import { formatPrefix } from '../../../net/prefix.ts';
import { percent, plural, weight } from '../words.ts';
import { hilbertPoint } from './hilbert.ts';
import type { Part } from './parts.ts';
import { shadeOf } from './shade.ts';
import type { Cell, Terrain } from './terrain.ts';

/** Side of one part, with the gap between parts. */
const SIDE = 120;
const GAP = 10;
const WHOLE = 4 * SIDE + 3 * GAP;
/** Observations that fill a cell: beyond it more is not drawn bigger. */
const FULL = 64;

interface SquareViewProps {
  readonly terrain: Terrain;
  readonly parts: readonly Part[];
}

export function SquareView({ terrain, parts }: SquareViewProps) {
  const order = terrain.cells.length === 16 ? 0 : 2;
  return (
    <svg class="square" viewBox={`0 0 ${WHOLE} ${WHOLE}`} aria-hidden="true">
      <path class="walk" d={walk()} />
      {parts.map((part, i) => {
        const { x, y } = cornerOf(i);
        return (
          <a
            class={part.dimmed ? `patch patch-${part.digit} dimmed` : `patch patch-${part.digit}`}
            href={part.href}
            tabindex={-1}
          >
            <rect class="ground" x={x} y={y} width={SIDE} height={SIDE} rx="6" />
            <text x={x + SIDE / 2} y={y + SIDE / 2 + 26}>
              {part.digit}
            </text>
            {part.cells.map((cell, step) => (cell === null ? null : mark(cell, order, step, i, x, y)))}
          </a>
        );
      })}
    </svg>
  );
}

/** A cell's mark; its place inside the part follows the walk through the whole square. */
function mark(cell: Cell, order: number, step: number, part: number, x: number, y: number) {
  const cells = 2 ** order;
  const { x: wholeX, y: wholeY } = hilbertPoint(2 + order, part * cells * cells + step);
  const size = SIDE / cells;
  const side = round(size * sizeOf(cell));
  const middle = (place: number): number => ((place % cells) + 0.5) * size - side / 2;
  return (
    <rect
      class={shadeOf(cell.spam)}
      x={round(x + middle(wholeX))}
      y={round(y + middle(wholeY))}
      width={side}
      height={side}
      rx={round(Math.min(4, side / 5))}
    >
      <title>
        {formatPrefix(cell.prefix)}: {plural(cell.known, 'block', 'blocks')} known,{' '}
        {weight(cell.observations)} observations, {percent(cell.spam)} unwanted
      </title>
    </rect>
  );
}

/** From two fifths of the cell's side, so that one report is seen, to nine tenths: a doubling is one step. */
function sizeOf({ observations }: Cell): number {
  const share = Math.log2(1 + Math.min(observations, FULL)) / Math.log2(1 + FULL);
  return 0.4 + 0.5 * share;
}

function cornerOf(part: number): { x: number; y: number } {
  const { x, y } = hilbertPoint(2, part);
  return { x: x * (SIDE + GAP), y: y * (SIDE + GAP) };
}

function walk(): string {
  const points = Array.from({ length: 16 }, (_, i) => cornerOf(i)).map(
    ({ x, y }) => `${x + SIDE / 2} ${y + SIDE / 2}`,
  );
  return `M${points.join('L')}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
