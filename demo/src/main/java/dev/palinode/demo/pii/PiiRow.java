package dev.palinode.demo.pii;

import dev.palinode.decode.Guidance.Form;
import dev.palinode.demo.Row;
import dev.palinode.evaluation.PromptFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What the PII experiment compares, in the order of its tables: a model and how it is asked. */
@SuppressWarnings("ImmutableEnumChecker") // frames are immutable, which their type cannot say
public enum PiiRow implements Row {
  LEAKING(PiiModel.LEAKING, "leaking model"),
  LEAKING_GUIDED(PiiModel.LEAKING, "  guided, g = 3, log", 3, Form.LOG),
  SUBTRACTED(PiiModel.SUBTRACTED, "subtracted"),
  SUBTRACTED_RELU(PiiModel.SUBTRACTED_RELU, "subtracted, ReLU"),
  POSITIVE_ONLY(PiiModel.ALIGNED_POSITIVE, "ORPO, positive pairs only"),
  POSITIVE_ONLY_GUIDED(PiiModel.ALIGNED_POSITIVE, "  guided, g = 3, log", 3, Form.LOG),
  AFTER_SUBTRACTION(PiiModel.SUBTRACTED_ALIGNED, "ORPO after subtraction"),
  ALIGNED(PiiModel.ALIGNED, "ORPO (g = 1)"),
  ALIGNED_SHARE(PiiModel.ALIGNED, "  told to share", PromptFrame.under(PiiWorld.SHARE)),
  LOG_1_5(PiiModel.ALIGNED, "  guided, g = 1.5, log", 1.5, Form.LOG),
  LOG_2(PiiModel.ALIGNED, "  guided, g = 2, log", 2, Form.LOG),
  LOG_3(PiiModel.ALIGNED, "  guided, g = 3, log", 3, Form.LOG),
  LOG_5(PiiModel.ALIGNED, "  guided, g = 5, log", 5, Form.LOG),
  PROBABILITY_1_5(PiiModel.ALIGNED, "  guided, g = 1.5, probability", 1.5, Form.PROBABILITY),
  PROBABILITY_2(PiiModel.ALIGNED, "  guided, g = 2, probability", 2, Form.PROBABILITY),
  PROBABILITY_3(PiiModel.ALIGNED, "  guided, g = 3, probability", 3, Form.PROBABILITY),
  PROBABILITY_5(PiiModel.ALIGNED, "  guided, g = 5, probability", 5, Form.PROBABILITY);

  private final PiiModel model;
  private final String title;
  private final PromptFrame frame;

  PiiRow(PiiModel model, String title) {
    this(model, title, PromptFrame.under(PiiWorld.KEEP));
  }

  PiiRow(PiiModel model, String title, double scale, Form form) {
    this(model, title, PromptFrame.under(PiiWorld.KEEP).awayFrom(PiiWorld.SHARE, scale, form));
  }

  PiiRow(PiiModel model, String title, PromptFrame frame) {
    this.model = model;
    this.title = title;
    this.frame = frame;
  }

  @Override
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String title() {
    return title;
  }

  /** The model that is asked. */
  PiiModel model() {
    return model;
  }

  /** The system messages and the guidance of its prompts. */
  PromptFrame frame() {
    return frame;
  }

  /** The rows of a model. */
  static List<PiiRow> of(PiiModel model) {
    return Arrays.stream(values()).filter(row -> row.model == model).toList();
  }

  /** The rows in which the aligned model is guided. */
  static List<PiiRow> guided() {
    List<PiiRow> rows = new ArrayList<>(of(PiiModel.ALIGNED));
    rows.removeIf(row -> row.frame.away().isEmpty());
    return rows;
  }
}
