package dev.palinode.evaluation.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The differences between the manifest of a folder and that of a run that would resume there. */
final class ManifestDifferences {
  private final List<String> found = new ArrayList<>();

  private ManifestDifferences() {}

  /** One line for each difference: where, what the folder has, and what the run has. */
  static List<String> of(JsonNode there, JsonNode now) {
    ManifestDifferences differences = new ManifestDifferences();
    differences.compare("", there, now);
    return differences.found;
  }

  private void compare(String where, JsonNode there, JsonNode now) {
    if (there.isObject() && now.isObject()) {
      Set<String> names = new LinkedHashSet<>();
      there.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      String before = where.isEmpty() ? "" : where + ".";
      names.forEach(name -> compare(before + name, there.path(name), now.path(name)));
    } else if (there.isArray() && now.isArray()) {
      for (int i = 0; i < Math.max(there.size(), now.size()); i++) {
        compare(where + "[" + i + "]", there.path(i), now.path(i));
      }
    } else if (!isSame(there, now)) {
      found.add(where + " is " + text(there) + " there, and now " + text(now));
    }
  }

  private static boolean isSame(JsonNode there, JsonNode now) {
    return (there.isNumber() && now.isNumber())
        ? there.decimalValue().compareTo(now.decimalValue()) == 0
        : there.equals(now);
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "not given" : value.toString();
  }
}
