package dev.palinode.demo.pii;

import java.util.List;

/**
 * The words of the PII world, read from {@code world.yaml}.
 *
 * @param visits of the clients that training and test draw from
 * @param developmentVisits of the clients that settings are chosen on
 */
record PiiWords(
    List<String> firstNames,
    List<String> lastNames,
    List<String> hosts,
    List<String> digits,
    List<String> days,
    List<String> times,
    List<String> visits,
    List<String> developmentVisits,
    List<PiiForm> forms) {}
