import { Injectable } from '@nestjs/common';
import type {
  Address as AddressMessage,
  AddToWishlistRequest,
  AddToWishlistResponse,
  CreateAddressRequest,
  DeleteAddressRequest,
  DeleteAddressResponse,
  GetAddressRequest,
  ListAddressesResponse,
  ListWishlistResponse,
  Preferences as PreferencesMessage,
  Profile as ProfileMessage,
  RemoveFromWishlistRequest,
  RemoveFromWishlistResponse,
  UpdateAddressRequest,
  UpdatePreferencesRequest,
  UpdateProfileRequest,
  UserServiceDefinition,
  WishlistItem as WishlistItemMessage,
} from '@vici/proto-gen/user';
import { currentContext, type GrpcHandlers, parseId, requireUserId } from '@vici/utils';
import { AddressBook } from '../application/address-book.js';
import { GetProfile } from '../application/get-profile.use-case.js';
import { GetPreferences, UpdatePreferences } from '../application/preferences.use-cases.js';
import { UpdateProfile } from '../application/update-profile.use-case.js';
import { type ListedItem, Wishlist } from '../application/wishlist.js';
import type { Address } from '../domain/address.js';
import { checkedPreferencesChange } from '../domain/preferences.js';
import type { Profile } from '../domain/profile.js';

/** The gRPC API of user-service; every call acts on the caller's own data. */
@Injectable()
export class UserGrpcController implements GrpcHandlers<typeof UserServiceDefinition> {
  constructor(
    private readonly profile: GetProfile,
    private readonly changeProfile: UpdateProfile,
    private readonly book: AddressBook,
    private readonly preferences: GetPreferences,
    private readonly changePreferences: UpdatePreferences,
    private readonly wishlist: Wishlist,
  ) {}

  async getProfile(): Promise<ProfileMessage> {
    return toProfileMessage(await this.profile.execute(requireUserId()));
  }

  async updateProfile(request: UpdateProfileRequest): Promise<ProfileMessage> {
    return toProfileMessage(await this.changeProfile.execute(requireUserId(), request));
  }

  async listAddresses(): Promise<ListAddressesResponse> {
    const addresses = await this.book.list(requireUserId());
    return { addresses: addresses.map(toAddressMessage) };
  }

  async getAddress({ id, withEmail }: GetAddressRequest): Promise<AddressMessage> {
    const userId = requireUserId();
    const addressId = id === '' ? undefined : parseId<'Address'>(id, 'id');
    if (!withEmail) return toAddressMessage(await this.book.get(userId, addressId));
    const { address, email } = await this.book.recipient(userId, addressId);
    return { ...toAddressMessage(address), email };
  }

  async createAddress({ postal, isDefault }: CreateAddressRequest): Promise<AddressMessage> {
    const key = currentContext()?.idempotencyKey;
    return toAddressMessage(await this.book.add(requireUserId(), postal ?? {}, isDefault, key));
  }

  async updateAddress({ id, isDefault, ...fields }: UpdateAddressRequest): Promise<AddressMessage> {
    return toAddressMessage(
      await this.book.change(requireUserId(), parseId<'Address'>(id, 'id'), fields, isDefault),
    );
  }

  async deleteAddress({ id }: DeleteAddressRequest): Promise<DeleteAddressResponse> {
    await this.book.remove(requireUserId(), parseId<'Address'>(id, 'id'));
    return {};
  }

  async getPreferences(): Promise<PreferencesMessage> {
    const userId = requireUserId();
    return { userId, ...(await this.preferences.execute(userId)) };
  }

  async updatePreferences(request: UpdatePreferencesRequest): Promise<PreferencesMessage> {
    const userId = requireUserId();
    return {
      userId,
      ...(await this.changePreferences.execute(userId, checkedPreferencesChange(request))),
    };
  }

  async listWishlist(): Promise<ListWishlistResponse> {
    const items = await this.wishlist.list(requireUserId());
    return { items: items.map(toWishlistItemMessage) };
  }

  async addToWishlist({ productId }: AddToWishlistRequest): Promise<AddToWishlistResponse> {
    const { item, added } = await this.wishlist.add(
      requireUserId(),
      parseId<'Product'>(productId, 'productId'),
    );
    return { item: toWishlistItemMessage(item), added };
  }

  async removeFromWishlist({ productId }: RemoveFromWishlistRequest): Promise<RemoveFromWishlistResponse> {
    return {
      removed: await this.wishlist.remove(requireUserId(), parseId<'Product'>(productId, 'productId')),
    };
  }
}

function toProfileMessage(profile: Profile): ProfileMessage {
  return { ...profile, avatar: profile.avatar, phone: profile.phone };
}

function toAddressMessage({ id, userId, isDefault, ...postal }: Address): AddressMessage {
  return { id, userId, isDefault, postal: { ...postal, addressLine2: postal.addressLine2 } };
}

function toWishlistItemMessage({ id, userId, addedAt, product }: ListedItem): WishlistItemMessage {
  const { minor, currency } = product.price;
  return { id, userId, addedAt, product: { ...product, price: { minor, currency } } };
}
