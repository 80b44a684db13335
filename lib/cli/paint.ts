/**
 * Colours, where they may be shown.
 */
import { styleText } from 'node:util';

export type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;
export const coloured: Paint = (colour, text) => styleText(colour, text, { validateStream: false });
