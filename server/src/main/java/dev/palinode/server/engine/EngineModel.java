package dev.palinode.server.engine;

import java.time.Instant;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * A model as clients see it.
 *
 * @param id the name that requests give
 * @param created when it was made or opened
 * @param hasReset whether it can take text back by a reset token
 * @param tellsReset whether P(reset) can be reported
 * @param guards names of the guards that the operator configured
 * @param guardsMandatory whether a request may not leave any of them out
 * @param holdBack tokens that plain streams are late by
 */
public record EngineModel(
    String id,
    Instant created,
    boolean hasReset,
    boolean tellsReset,
    List<String> guards,
    boolean guardsMandatory,
    int holdBack) {
  public EngineModel {
    guards = List.copyOf(guards);
    Validate.isTrue(!id.isBlank(), "a model without a name");
    Validate.isTrue(holdBack >= 0, "holdBack is %s: expected 0 or more", holdBack);
  }
}
