/**
 * The page's style and script, ready to stand in it: indentation and line ends taken out of what was written for reading.
 */
import { SCRIPT_SOURCE } from './script.ts';
import { BASE_STYLE } from './style/base.ts';
import { EVIDENCE_STYLE } from './style/evidence.ts';
import { MAP_STYLE } from './style/map.ts';
import { SUBJECT_STYLE } from './style/subject.ts';

/** The whole style sheet. */
export const STYLE = [BASE_STYLE, SUBJECT_STYLE, EVIDENCE_STYLE, MAP_STYLE].join('').replace(/\n\s*/g, '');

/** The whole script; its lines stay lines. */
export const SCRIPT = SCRIPT_SOURCE.replace(/\n\s*/g, '\n').trim();
