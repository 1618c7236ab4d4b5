import { Injectable } from '@nestjs/common';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import { DomainError } from '@vici/utils/domain';
import { Customers } from '../../application/ports/customers.port.js';
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
    const address = await this.users.getAddress({ id });
    if (address.postal === undefined) {
      throw new DomainError('INTERNAL', 'The user service sent an address without its lines.');
    }
    const { addressLine2, ...postal } = address.postal;
    return {
      id: address.id,
      postal: addressLine2 === undefined ? postal : { ...postal, addressLine2 },
    };
  }

  async email(): Promise<string> {
    return (await this.users.getProfile({})).email;
  }
}
