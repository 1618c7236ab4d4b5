import { Controller } from '@nestjs/common';
import { UserServiceDefinition } from '@vici/proto-gen/user';
import { type GrpcClient, InjectGrpc } from '@vici/utils';
import type { RouteInput, RouteResult } from '../routing/define-route.js';
import { Route } from '../routing/route.decorator.js';
import { UserComposer } from './user.composer.js';
import { toAddress } from './user.shapes.js';
import * as routes from './users.routes.js';

@Controller()
export class UsersController {
  constructor(
    @InjectGrpc(UserServiceDefinition) private readonly users: GrpcClient<typeof UserServiceDefinition>,
    private readonly composer: UserComposer,
  ) {}

  @Route(routes.getProfileRoute)
  async profile(): Promise<RouteResult<typeof routes.getProfileRoute>> {
    return await this.composer.current();
  }

  @Route(routes.updateProfileRoute)
  async updateProfile({
    body,
  }: RouteInput<typeof routes.updateProfileRoute>): Promise<RouteResult<typeof routes.updateProfileRoute>> {
    const { avatar, ...rest } = body;
    const change = avatar === undefined ? rest : { ...rest, avatar: avatar ?? '' };
    return await this.composer.withProfile(await this.users.updateProfile(change));
  }

  @Route(routes.listAddressesRoute)
  async addresses(): Promise<RouteResult<typeof routes.listAddressesRoute>> {
    const { addresses } = await this.users.listAddresses({});
    return addresses.map(toAddress);
  }

  @Route(routes.createAddressRoute)
  async createAddress({
    body: { isDefault, ...postal },
  }: RouteInput<typeof routes.createAddressRoute>): Promise<RouteResult<typeof routes.createAddressRoute>> {
    return toAddress(await this.users.createAddress({ postal, isDefault: isDefault ?? false }));
  }

  @Route(routes.updateAddressRoute)
  async updateAddress({
    params,
    body,
  }: RouteInput<typeof routes.updateAddressRoute>): Promise<RouteResult<typeof routes.updateAddressRoute>> {
    return toAddress(await this.users.updateAddress({ ...body, id: params.id }));
  }

  @Route(routes.deleteAddressRoute)
  async deleteAddress({ params }: RouteInput<typeof routes.deleteAddressRoute>): Promise<null> {
    await this.users.deleteAddress({ id: params.id });
    return null;
  }
  @Route(routes.getPreferencesRoute)
  async preferences(): Promise<RouteResult<typeof routes.getPreferencesRoute>> {
    return await this.users.getPreferences({});
  }

  @Route(routes.updatePreferencesRoute)
  async updatePreferences({
    body,
  }: RouteInput<typeof routes.updatePreferencesRoute>): Promise<
    RouteResult<typeof routes.updatePreferencesRoute>
  > {
    return await this.users.updatePreferences(body);
  }
}
