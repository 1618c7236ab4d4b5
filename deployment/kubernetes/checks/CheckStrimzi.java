import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.strimzi.api.kafka.model.common.UnknownPropertyPreserving;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads resources (a JSON array in a file) with the classes of the Strimzi operator itself, and names what those do not
 * know: {@code java -cp 'libs/*' CheckStrimzi.java resources.json}. Ends with 1 when there is anything.
 */
class CheckStrimzi {
    private static final Map<String, Class<?>> KINDS =
        Map.of("Kafka", Kafka.class, "KafkaNodePool", KafkaNodePool.class, "KafkaTopic", KafkaTopic.class);

    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        Set<String> faults = new LinkedHashSet<>();
        int read = 0;
        for (JsonNode resource : mapper.readTree(Files.readString(Path.of(arguments[0])))) {
            Class<?> model = KINDS.get(resource.path("kind").asText());
            if (model == null) {
                continue;
            }
            read += 1;
            String name = resource.path("kind").asText() + " " + resource.path("metadata").path("name").asText();
            try {
                collect(mapper.treeToValue(resource, model), name, faults);
            } catch (com.fasterxml.jackson.core.JsonProcessingException error) {
                faults.add(name + ": " + error.getOriginalMessage());
            }
        }
        faults.forEach(System.err::println);
        System.out.println(read + " resources of Strimzi, " + faults.size() + " faults");
        System.exit(faults.isEmpty() && read > 0 ? 0 : 1);
    }

    /** Strimzi's classes keep what they do not know instead of refusing it. */
    private static void collect(Object value, String path, Set<String> faults) throws Exception {
        if (value instanceof List<?> list) {
            for (int index = 0; index < list.size(); index += 1) {
                String place = path + "[" + index + "]";
                if (list.get(index) == null) {
                    faults.add(place + " is none of the values there are");
                }
                collect(list.get(index), place, faults);
            }
        }
        if (value == null || !value.getClass().getName().startsWith("io.strimzi.")) {
            return;
        }
        if (value instanceof UnknownPropertyPreserving known && known.getAdditionalProperties() != null) {
            known.getAdditionalProperties().keySet().forEach((key) -> faults.add(path + "." + key + " is not known"));
        }
        for (Method method : value.getClass().getMethods()) {
            boolean getter = method.getName().startsWith("get") && method.getParameterCount() == 0;
            if (getter && !method.getName().equals("getAdditionalProperties") && !value.getClass().isEnum()) {
                collect(method.invoke(value), path + "." + method.getName().substring(3), faults);
            }
        }
    }
}
