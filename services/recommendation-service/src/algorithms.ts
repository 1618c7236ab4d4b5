/** The classes the service learns and predicts with, for evaluations and benchmarks that run them on given data. */
export { BOUGHT_TOGETHER_DEFAULTS } from './domain/bought-together.js';
export { RecommendationIndex, type RecommendationIndexOptions } from './domain/recommendation-index.js';
export { SEQUENTIAL_RULES_DEFAULTS } from './domain/sequential-rules.js';
export { BLEND_DEFAULTS, SessionBlend, type SessionBlendOptions } from './domain/session-blend.js';
export type { SessionQuery, SessionRecommender } from './domain/session-recommender.js';
export type { SessionItem } from './domain/session-steps.js';
export type { ScoredItem } from './domain/top-k.js';
export { VMIS_DEFAULTS } from './domain/vmis-knn.js';
export { VSTAN_DEFAULTS } from './domain/vstan-knn.js';
export { basketsOf, interactionOf } from './interface/behaviour-of.js';
