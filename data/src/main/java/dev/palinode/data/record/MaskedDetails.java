package dev.palinode.data.record;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Personal details that were masked in an unpublished text, by slot, as the LLM Privacy Challenge
 * publishes them.
 *
 * @param values by slot ({@code NAME-1}), in the order of the file; may be empty
 */
public record MaskedDetails(Map<String, String> values) implements DataRecord {
  public MaskedDetails {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  @Override
  public List<String> answers() {
    return List.of(String.join("\n", values.values()));
  }
}
