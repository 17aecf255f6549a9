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
 * @param name short, and unlike every other
 * @param title for people
 * @param about what its rows are, in a sentence
 * @param file folder and name under which the set is commonly kept; its last part is what a user's
 *     file is compared with
 * @param format name of its row format
 * @param expects what a good model does with its prompts: {@code help} or {@code decline}; null if
 *     it holds none, or says so in each row
 * @param licence SPDX identifiers, joined by {@code AND} where several hold; or {@code none stated}
 * @param repository on GitHub, where it is published
 * @param path of the file there; a folder if several were joined
 * @param arxiv identifier of the paper that describes it; null if there is none
 * @param sha256 of the file
 * @param rows it holds
 * @param records its rows make
 * @param facts what to know before use, in sentences
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
  /** What is said of a licence where the publisher says nothing. */
  public static final String NO_LICENCE = "none stated";

  public CatalogEntry {
    facts = facts == null ? List.of() : List.copyOf(facts);
  }

  /** How its rows are read. */
  public RowFormat rowFormat() {
    return expects == null
        ? Formats.named(format)
        : Formats.prompts(Expected.valueOf(expects.toUpperCase(Locale.ROOT)));
  }

  /** Where it is published, as an address. */
  public String address() {
    return "https://github.com/" + repository;
  }

  /**
   * What a licence asks of whoever uses the file beyond naming its source; empty if nothing.
   *
   * @return a sentence for people
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
