package dev.palinode.cli.documentation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Replaces, in commands of the reference pages, what readers bring, such as models and data: the
 * file {@code stand-ins.yaml}. Tutorials need none.
 */
final class StandIns {
  private static final Map<String, String> BY_TEXT = read();

  private StandIns() {}

  private static Map<String, String> read() {
    try (InputStream file = StandIns.class.getResourceAsStream("stand-ins.yaml")) {
      return new YAMLMapper()
          .readValue(file, new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command of a page as it is run. */
  static String in(Path page, String command) {
    String run = command;
    if (!Pages.tutorials().contains(page)) {
      for (Map.Entry<String, String> each : BY_TEXT.entrySet()) {
        run = run.replace(each.getKey(), each.getValue());
      }
    }
    return run;
  }

  /** What replaces each text, in the order in which they are replaced. */
  static Map<String, String> inOrder() {
    return BY_TEXT;
  }
}
