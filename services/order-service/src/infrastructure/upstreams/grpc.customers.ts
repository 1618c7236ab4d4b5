import { Injectable } from '@nestjs/common';
import { type Address, UserServiceDefinition } from '@vici/proto-gen/user';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { DomainError } from '@vici/utils/domain';
import { Customers, type Recipient } from '../../application/ports/customers.port.js';
import type { OrderAddress } from '../../domain/order-content.js';

/** The user service over gRPC. */
@Injectable()
export class GrpcCustomers extends Customers {
  constructor(
    @InjectGrpc(UserServiceDefinition) private readonly users: GrpcClient<typeof UserServiceDefinition>,
  ) {
    super();
  }

  async address(id = ''): Promise<OrderAddress> {
    return toOrderAddress(await this.users.getAddress({ id }));
  }

  async recipient(id: string): Promise<Recipient> {
    const found = await this.users.getAddress({ id, withEmail: true });
    // The profile is made when it is read, and a user service of before says nothing of it here.
    const email = found.email ?? (await this.users.getProfile({})).email;
    return { address: toOrderAddress(found), email };
  }
}

/** @throws DomainError INTERNAL for an address without its lines */
function toOrderAddress({ id, postal: sent }: Address): OrderAddress {
  if (sent === undefined) {
    throw new DomainError('INTERNAL', 'The user service sent an address without its lines.');
  }
  const { addressLine2, ...postal } = sent;
  return { id, postal: addressLine2 === undefined ? postal : { ...postal, addressLine2 } };
}
