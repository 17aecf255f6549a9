package dev.palinode.data.record;

import java.util.List;

/**
 * A text and nothing else, such as an answer that somebody published.
 *
 * @param text may be empty: a model's answer can be
 */
public record PlainText(String text) implements DataRecord {

  @Override
  public List<String> answers() {
    return List.of(text);
  }
}
