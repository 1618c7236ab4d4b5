import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { MissingToolError } from '../backing-service.js';
import { capture, findProgram, isExecutable } from '../process/program-search.js';
import { withStartLock } from '../process/start-lock.js';

const OLDEST_JAVA = 17;
const DOWNLOAD_TIMEOUT_MS = 900_000;

/** Which Kafka: the pom that names its libraries, and the folder of the cache they are kept in. */
export interface KafkaDistribution {
  readonly pom: string;
  readonly folder: string;
}

/** Kafka as Vici runs it, in KRaft mode. */
export const KRAFT: KafkaDistribution = {
  pom: fileURLToPath(new URL('../../../kafka/pom.xml', import.meta.url)),
  folder: 'libs',
};
/** The last Kafka that runs on ZooKeeper, with it. */
export const ZOOKEEPER: KafkaDistribution = {
  pom: fileURLToPath(new URL('../../../kafka/zookeeper/pom.xml', import.meta.url)),
  folder: 'zookeeper-libs',
};

/** What it takes to run Kafka, or the reason why it cannot be run here. */
export type KafkaTools = { java: string; mvn: string | undefined } | { obstacle: string; remedy: string };

/** Looks for Java, and for Maven unless the libraries are in `cacheDir` already. */
export async function findKafkaTools(cacheDir: string, distribution = KRAFT): Promise<KafkaTools> {
  const java = await findJava();
  const version = java === undefined ? undefined : await javaVersion(java);
  if (java === undefined || version === undefined || version < OLDEST_JAVA) {
    const found = version === undefined ? 'there is no Java here' : `this Java is version ${version}`;
    return {
      obstacle: `Kafka needs Java ${OLDEST_JAVA} or newer, and ${found}.`,
      remedy:
        'Install a Java runtime (for example openjdk-17-jre-headless), or set VICI_KAFKA_BROKERS to a running cluster.',
    };
  }
  const mvn = await findProgram('mvn');
  if (mvn === undefined && !(await isComplete(libraryFolder(cacheDir, distribution), distribution))) {
    return {
      obstacle: 'The Kafka libraries are fetched with Maven once, and there is no "mvn" on PATH.',
      remedy: 'Install Maven 3.8 or newer, or set VICI_KAFKA_BROKERS to a running cluster.',
    };
  }
  return { java, mvn };
}

/**
 * The folder with the broker's libraries; fetched with Maven the first time, and again only when the pom changes.
 * @throws MissingToolError when Maven cannot fetch them
 */
export async function ensureLibraries(
  cacheDir: string,
  mvn: string | undefined,
  onProgress: (sentence: string) => void,
  distribution = KRAFT,
): Promise<string> {
  const folder = libraryFolder(cacheDir, distribution);
  await withStartLock(`${folder}.lock`, async () => {
    if (!(await isComplete(folder, distribution)) && mvn !== undefined) {
      onProgress('Fetching Apache Kafka with Maven (about 45 MB, once).');
      await fetchLibraries(folder, mvn, distribution);
      onProgress('Apache Kafka is fetched.');
    }
  });
  return folder;
}

function libraryFolder(cacheDir: string, { folder }: KafkaDistribution): string {
  return join(resolve(cacheDir), folder);
}

/** The stamp is written last and names the pom it was made from. */
async function isComplete(folder: string, distribution: KafkaDistribution): Promise<boolean> {
  const stamp = await readFile(join(folder, 'pom.sha256'), 'utf8').catch(() => undefined);
  return stamp === (await pomHash(distribution));
}

async function pomHash({ pom }: KafkaDistribution): Promise<string> {
  return createHash('sha256')
    .update(await readFile(pom))
    .digest('hex');
}

async function fetchLibraries(folder: string, mvn: string, distribution: KafkaDistribution): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  try {
    await capture(mvn, ['--batch-mode', '--quiet', '--file', distribution.pom, ...goal], {
      timeoutMs: DOWNLOAD_TIMEOUT_MS,
    });
  } catch (error) {
    throw new MissingToolError(
      'Maven could not fetch the Kafka libraries.',
      'Check that Maven reaches a repository, or set VICI_KAFKA_BROKERS to a running cluster.',
      { cause: error },
    );
  }
  await writeFile(join(partial, 'pom.sha256'), await pomHash(distribution));
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

async function findJava(): Promise<string | undefined> {
  const home = process.env.JAVA_HOME;
  const own = home === undefined || home === '' ? undefined : join(home, 'bin', 'java');
  return own !== undefined && (await isExecutable(own)) ? own : findProgram('java');
}

/** The feature number, as `java -version` states it; undefined when the program is only a stub (macOS has one). */
async function javaVersion(java: string): Promise<number | undefined> {
  const answer = await capture(java, ['-version']).catch(() => undefined);
  const version = answer && /version "(\d+)/.exec(answer.stderr + answer.stdout)?.[1];
  return version === undefined ? undefined : Number(version);
}
