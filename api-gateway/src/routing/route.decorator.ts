import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { scopeOf } from '../http/request-scope.js';
import type { RouteDefinition, RouteInput, RouteResult } from './define-route.js';

/** Metadata key of the route a handler serves. */
export const ROUTE = Symbol('vici:route');

/** Status of success of a route. */
export function statusOf(route: RouteDefinition): number {
  return route.status ?? 200;
}

const InjectInput = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
  return scopeOf(context.switchToHttp().getRequest<FastifyRequest>()).input;
});

type RouteHandler<R extends RouteDefinition> = (input: RouteInput<R>) => Promise<RouteResult<R>>;

/**
 * Makes a controller's method the handler of a route. Its only argument is the checked input; who is calling is in
 * the request context.
 */
export function Route<R extends RouteDefinition>(
  route: R,
): <H extends RouteHandler<R>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void {
  return (target, key, descriptor) => {
    applyDecorators(
      SetMetadata(ROUTE, route),
      RequestMapping({ path: route.path, method: RequestMethod[route.method] }),
      HttpCode(statusOf(route)),
    )(target, key, descriptor);
    InjectInput()(target, key, 0);
  };
}
