package dev.palinode.data.record;

import java.util.List;

/**
 * A text without further structure, such as a published answer.
 *
 * @param text may be empty, as a model's answer can be
 */
public record PlainText(String text) implements DataRecord {

  @Override
  public List<String> answers() {
    return List.of(text);
  }
}
