package dev.palinode.data.catalog;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file of a published data set.
 *
 * @param name short and unique
 * @param about one sentence on its rows
 * @param file folder and name under which the set is commonly kept; its last part is compared with
 *     the name of a user's file
 * @param format name of its row format
 * @param expects what a good model does with its prompts, {@code help} or {@code decline}; null if
 *     it has no prompts, or states this in each row
 * @param licence SPDX identifiers, joined by {@code AND} if there are several; or {@code none
 *     stated}
 * @param repository the GitHub repository
 * @param path of the file in the repository; a folder if several files were joined
 * @param arxiv identifier of the paper that describes it; null if there is none
 * @param records number of records that its rows become
 * @param facts notes to read before use, one sentence each
 */
public record CatalogEntry(
    String name,
    String title,
    String about,
    String file,
    String format,
    @Nullable String expects,
    String licence,
    String repository,
    String path,
    @Nullable String arxiv,
    String sha256,
    long rows,
    long records,
    @JsonProperty("facts") @Nullable List<String> facts) {
  /** Licence of a data set whose publisher states none. */
  public static final String NO_LICENCE = "none stated";

  public CatalogEntry {
    facts = facts == null ? List.of() : List.copyOf(facts);
  }

  /** The format of its rows. */
  public RowFormat rowFormat() {
    return expects == null
        ? Formats.named(format)
        : Formats.prompts(Expected.valueOf(expects.toUpperCase(Locale.ROOT)));
  }

  /** URL of the repository in which it is published. */
  public String address() {
    return "https://github.com/" + repository;
  }

  /**
   * Restrictions of the licence beyond attribution; empty if there are none.
   *
   * @return a human-readable sentence
   */
  public String restriction() {
    if (licence.equals(NO_LICENCE)) {
      return "No licence is stated: do not pass it on.";
    }
    return licence.contains("-NC-") ? "Not for commercial use." : "";
  }

  /** The last part of {@link #file}. */
  String fileName() {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
