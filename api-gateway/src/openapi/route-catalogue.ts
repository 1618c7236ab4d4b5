import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { RouteDefinition } from '../routing/define-route.js';
import { ROUTE } from '../routing/route.decorator.js';

/** Every route the gateway serves, as its controllers declare them. */
@Injectable()
export class RouteCatalogue {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** In the order of controllers and their methods. */
  routes(): RouteDefinition[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      const prototype: unknown = metatype?.prototype;
      if (typeof prototype !== 'object' || prototype === null) {
        return [];
      }
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const method: unknown = Reflect.get(prototype, name);
        const route =
          typeof method === 'function'
            ? this.reflector.get<RouteDefinition | undefined>(ROUTE, method)
            : undefined;
        return route === undefined ? [] : [route];
      });
    });
  }
}
