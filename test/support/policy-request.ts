/** Policy requests as Postfix writes them. */

/** What Postfix 3.7 sends at RCPT, with changes; an attribute that is null is left out. */
export function policyRequest(changes: Readonly<Record<string, string | null>> = {}): string {
  const attributes: Record<string, string | null> = {
    request: 'smtpd_access_policy',
    protocol_state: 'RCPT',
    protocol_name: 'ESMTP',
    client_address: '2a00:1450:8319:fe42::25',
    client_name: 'unknown',
    client_port: '40112',
    reverse_client_name: 'unknown',
    server_address: '::1',
    server_port: '25',
    helo_name: 'client.example.org',
    sender: 'sender@example.org',
    recipient: 'someone@example.net',
    recipient_count: '0',
    queue_id: '',
    instance: '1a2b.6561f0c0.1',
    size: '0',
    etrn_domain: '',
    stress: '',
    sasl_method: '',
    sasl_username: '',
    sasl_sender: '',
    ccert_subject: '',
    ccert_issuer: '',
    ccert_fingerprint: '',
    ccert_pubkey_fingerprint: '',
    encryption_protocol: '',
    encryption_cipher: '',
    encryption_keysize: '0',
    policy_context: '',
    ...changes,
  };
  const lines = Object.entries(attributes).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}\n`],
  );
  return `${lines.join('')}\n`;
}
