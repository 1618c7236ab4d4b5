import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteDefinition } from '../routing/define-route.js';
import { ROUTE } from '../routing/route.decorator.js';
import { Admission } from './admission.js';

/** Admits every request that reaches a controller. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly admission: Admission,
  ) {}

  /** @throws DomainError as {@link Admission.admit} does */
  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get<RouteDefinition>(ROUTE, execution.getHandler());
    const http = execution.switchToHttp();
    await this.admission.admit(route, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
    return true;
  }
}
