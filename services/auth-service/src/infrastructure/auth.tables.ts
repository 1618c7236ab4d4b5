import type { ColumnType, Generated } from 'kysely';
import type { AccountRole } from '../domain/account.js';

/** An object that is written as text. */
type JsonColumn = ColumnType<Record<string, unknown> | null, string | null, never>;

/** The tables of auth_db. */
export interface AuthTables {
  accounts: {
    user_id: string;
    email: string;
    email_normalized: string;
    password_hash: string | null;
    first_name: string;
    last_name: string;
    role: AccountRole;
    email_verified: Generated<boolean>;
    blocked_at: Generated<Date | null>;
    two_factor: Generated<boolean>;
    created_at: Date;
    updated_at: Date;
  };
  refresh_tokens: {
    hash: Uint8Array;
    session_id: string;
    user_id: string;
    issued_at: Date;
    expires_at: Date;
    used_at: Date | null;
  };
  verification_tokens: { hash: Uint8Array; user_id: string; expires_at: Date };
  sessions: {
    session_id: string;
    user_id: string;
    user_agent: string;
    network: string;
    remember: boolean;
    created_at: Date;
    last_seen_at: Date;
    expires_at: Date;
  };
  password_reset_tokens: { hash: Uint8Array; user_id: string; expires_at: Date };
  password_reset_requests: { request_id: string; email: string; requested_at: Date };
  two_factors: {
    user_id: string;
    secret_encrypted: Uint8Array;
    confirmed_at: Date | null;
    last_step: ColumnType<bigint | null, null, number | null>;
  };
  recovery_codes: { user_id: string; hash: Uint8Array };
  login_challenges: {
    hash: Uint8Array;
    user_id: string;
    password_hash: string | null;
    remember: boolean;
    shopper_session_id: string | null;
    expires_at: Date;
  };
  identities: {
    id: Generated<string>;
    issuer: string;
    subject: string;
    user_id: string;
    created_at: Date;
  };
  oidc_flows: {
    hash: Uint8Array;
    provider: string;
    secrets_encrypted: Uint8Array;
    remember: boolean;
    expires_at: Date;
  };
  audit_log: {
    entry_id: string;
    action: string;
    actor_role: string;
    actor_id: string | null;
    actor_service: string | null;
    target_type: string;
    target_id: string;
    before: JsonColumn;
    after: JsonColumn;
    note: string | null;
    network: string | null;
    request_id: string;
    recorded_at: Date;
  };
  signing_keys: {
    kid: string;
    public_jwk: unknown;
    private_jwk_encrypted: Uint8Array;
    created_at: Date;
    activates_at: Date;
  };
}
