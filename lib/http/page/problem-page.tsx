/**
 * An error as a person reads it.
 */
import { renderDocument } from './document.tsx';

export interface ProblemPageProps {
  readonly version: string;
  readonly title: string;
  /** What happened, and what to do about it. */
  readonly text: string;
  /** What to go back to. */
  readonly back: string;
  readonly signedIn?: boolean;
}

export function renderProblemPage({ version, title, text, back, signedIn }: ProblemPageProps): string {
  return renderDocument({
    title: `${title} · Prefixwise`,
    version,
    sought: '',
    signedIn,
    children: (
      <div class="problem">
        <h1>{title}</h1>
        <p class="lead">{text}</p>
        <p>
          <a href={back}>Back</a>
        </p>
      </div>
    ),
  });
}
