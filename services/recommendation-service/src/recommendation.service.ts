import {
  MerchandisingServiceDefinition,
  RecommendationServiceDefinition,
} from '@vici/proto-gen/recommendation';
import { defineService } from '@vici/utils';
import { MerchandisingGrpcController } from './interface/merchandising.grpc-controller.js';
import { RecommendationGrpcController } from './interface/recommendation.grpc-controller.js';
import { recommendationConfig } from './recommendation.config.js';
import { RecommendationModule } from './recommendation.module.js';

/** recommendation-service: stream processor, index and serving. */
export const recommendationService = defineService({
  name: 'recommendation',
  config: recommendationConfig,
  module: (config) => RecommendationModule.forConfig(config),
  grpc: [
    { definition: RecommendationServiceDefinition, controller: RecommendationGrpcController },
    { definition: MerchandisingServiceDefinition, controller: MerchandisingGrpcController },
  ],
});
