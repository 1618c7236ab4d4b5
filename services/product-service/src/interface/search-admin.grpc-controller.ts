import { Injectable } from '@nestjs/common';
import type {
  ListSearchMissesRequest,
  ListSearchMissesResponse,
  ListSynonymsResponse,
  SearchAdminServiceDefinition,
  SetSynonymsRequest,
  Synonyms as SynonymsMessage,
} from '@vici/proto-gen/product';
import { type GrpcHandlers, requirePermission } from '@vici/utils';
import { KeepSynonyms } from '../application/keep-synonyms.js';
import { SearchMisses } from '../application/search-misses.js';
import type { Synonyms } from '../application/synonyms.js';
import { checkedSynonyms } from '../domain/synonyms.js';
import { pageInfo, pageOf } from './page.messages.js';

/** The gRPC API of those who look after search. */
@Injectable()
export class SearchAdminGrpcController implements GrpcHandlers<typeof SearchAdminServiceDefinition> {
  constructor(
    private readonly misses: SearchMisses,
    private readonly synonyms: KeepSynonyms,
  ) {}

  async listSearchMisses(request: ListSearchMissesRequest): Promise<ListSearchMissesResponse> {
    requirePermission('products:read');
    const page = pageOf(request.page);
    const { misses, total } = await this.misses.list(page);
    return { misses: [...misses], page: pageInfo(page, { total, totalIsEstimate: false }) };
  }

  async listSynonyms(): Promise<ListSynonymsResponse> {
    requirePermission('products:read');
    return { synonyms: (await this.synonyms.list()).map(toSynonymsMessage) };
  }

  async setSynonyms(request: SetSynonymsRequest): Promise<SynonymsMessage> {
    requirePermission('products:write');
    return toSynonymsMessage(await this.synonyms.set(checkedSynonyms(request)));
  }
}

function toSynonymsMessage({ word, synonyms }: Synonyms): SynonymsMessage {
  return { word, synonyms: [...synonyms] };
}
