import type { Addresses } from '../seed/seed-shop.js';
import { databaseAccount } from '../stack/development-accounts.js';
import { type RunState, RunStateFile } from '../stack/run-state.js';
import { serviceNamed } from '../stack/service-catalogue.js';
import { databaseServices, LOOPBACK } from '../stack/service-environment.js';
import { PROGRAM, workspace } from './workspace.js';

/** Something the person at the terminal can put right; the message is one sentence and no stack is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The stack that runs and is ready. @throws CommandError */
export async function readyStack(dataDir: string): Promise<RunState> {
  const state = await new RunStateFile(dataDir).readLive();
  if (state === undefined) {
    throw new CommandError(`Vici is not running: start it with ${PROGRAM} up.`);
  }
  if (state.status === 'starting') {
    throw new CommandError(`Vici is still starting: ${PROGRAM} status shows how far it is.`);
  }
  return state;
}

/**
 * Where the shop's content goes: what `<NAME>_GRPC_URL` says, else the stack that runs here.
 * @throws CommandError when neither is there
 */
export async function shopAddresses(dataDir: string): Promise<Addresses> {
  const given = {
    auth: process.env['AUTH_GRPC_URL'],
    product: process.env['PRODUCT_GRPC_URL'],
    inventory: process.env['INVENTORY_GRPC_URL'],
    recommendation: process.env['RECOMMENDATION_GRPC_URL'],
  };
  if (isComplete(given)) {
    return given;
  }
  const state = await readyStack(dataDir);
  return {
    auth: given.auth ?? grpcOf(state, 'auth'),
    product: given.product ?? grpcOf(state, 'product'),
    inventory: given.inventory ?? grpcOf(state, 'inventory'),
    recommendation: given.recommendation ?? grpcOf(state, 'recommendation'),
  };
}

/** Gives, of the stack that runs here, the connection to a service's database. @throws CommandError */
export async function runningDatabases(): Promise<(service: string) => string> {
  const state = await readyStack(workspace().dataDir);
  const address = state.backing.find(({ name }) => name === 'PostgreSQL')?.address;
  if (address === undefined) {
    throw new CommandError('The stack that runs has no PostgreSQL.');
  }
  return (service) => {
    const [name] = databaseServices([serviceNamed(service)]);
    if (name === undefined) {
      throw new CommandError('The gateway has no database.');
    }
    const { database, role, password } = databaseAccount(name);
    return `postgresql://${role}:${password}@${address}/${database}`;
  };
}

/** Gives, of the stack that runs here, the gRPC address of a service. @throws CommandError */
export async function runningAddresses(): Promise<(service: string) => string> {
  const state = await readyStack(workspace().dataDir);
  return (service) => grpcOf(state, service);
}

function isComplete(given: { [K in keyof Addresses]: string | undefined }): given is Addresses {
  return Object.values(given).every((address) => address !== undefined && address !== '');
}

function grpcOf(state: RunState, service: string): string {
  const port = state.services.find(({ name }) => name === serviceNamed(service))?.grpc;
  if (port === undefined) {
    throw new CommandError(`The stack that runs has no ${service} service.`);
  }
  return `${LOOPBACK}:${port}`;
}
