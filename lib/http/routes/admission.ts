/**
 * `POST /v1/admission`: whether a sender's class of service lets something happen in an SMTP session.
 */
import type { Context } from 'hono';
import { type AdmissionSources, admit } from '../../admission/admission.ts';
import type { AppDeps } from '../deps.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_ADMISSION_BODY } from '../limits.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { factsOf } from '../signals/request-facts.ts';
import { admissionText, parseAdmission } from '../wire/admission.ts';

export function postAdmission(sources: AdmissionSources, { clock, accountRung }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const body = await readJsonBody(c, MAX_ADMISSION_BODY);
    if (!body.ok) return problemResponse(body.error);
    const request = parseAdmission(body.value, accountRung);
    if (!request.ok) return problemResponse(request.error);
    const answer = await admit(request.value, sources, clock());
    factsOf(c)?.admitted(answer);
    return jsonResponse(admissionText(answer));
  };
}
