package dev.palinode.pii;

import java.util.regex.Pattern;
import org.apache.commons.validator.routines.InetAddressValidator;

/** E-mail addresses, IP addresses and URLs. */
final class Internet {
  /**
   * A local part with the characters that RFC 5321 allows. Of the signs, only plus and underscore
   * may be first: others more likely precede an address. The last label has letters only, as {@code
   * v@2.rc1} names a version.
   */
  private static final Pattern EMAIL =
      Pattern.compile(
          ("[A+_][A.!#$%&'*+/=?^_`{|}~-]{0,63}(?<!\\.)"
                  + "@(?:[A](?:[A-]{0,61}[A])?\\.){1,10}"
                  + "(?:xn--[A-]{0,58}[A]|\\p{L}[\\p{L}\\p{M}]{1,62})(?![A])")
              .replace("A", "\\p{L}\\p{M}\\p{Nd}"),
          Pattern.CASE_INSENSITIVE);

  private static final InetAddressValidator ADDRESSES = InetAddressValidator.getInstance();

  private static final Pattern IP =
      Pattern.compile(
          "(?<![\\p{L}\\p{Nd}_.:-])(?<!(?i:version|ver\\.|release) )"
              + "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?!\\.[0-9])"
              + "|[0-9A-Fa-f:]{4,38}[0-9A-Fa-f](?!:[0-9A-Fa-f]))"
              + "(?![\\p{L}\\p{Nd}_-])");

  /** IP addresses of no single host: unspecified, loopback, link-local, multicast and reserved. */
  private static final Pattern NOBODYS =
      Pattern.compile("(?:0|127|22[4-9]|2[3-5][0-9])\\..*|169\\.254\\..*|::1?|fe80:.*");

  private static final String LABEL = "[\\p{L}\\p{Nd}](?:[\\p{L}\\p{Nd}_-]{0,62})";

  private static final Pattern URL =
      Pattern.compile(
          ("(?<![\\p{L}\\p{Nd}@._/-])"
                  + "(?:(?i:https?|ftp)://(?:[^\\s/@<>\"]{1,64}@)?LABEL(?:\\.LABEL){1,10}"
                  + "|(?i:www)\\.LABEL(?:\\.LABEL){1,10})"
                  + "(?::[0-9]{1,5})?"
                  + "(?:[/?#](?:[^\\s<>\"{}|\\\\^`]{0,2000}[\\p{L}\\p{Nd}/_=&#~%+-])?)?")
              .replace("LABEL", LABEL));

  private Internet() {}

  static PersonalDataFinder emails() {
    return new PatternFinder(PersonalData.Type.EMAIL, EMAIL);
  }

  static PersonalDataFinder ipAddresses() {
    return new PatternFinder(PersonalData.Type.IP_ADDRESS, IP, Internet::isSomeones);
  }

  private static boolean isSomeones(String address) {
    boolean isAddress =
        address.indexOf(':') < 0
            ? ADDRESSES.isValidInet4Address(address)
            // two groups might be a name in a program: dead::beef
            : address.chars().filter(c -> c == ':').count() > 2
                && ADDRESSES.isValidInet6Address(address);
    return isAddress && !NOBODYS.matcher(address).matches();
  }

  static PersonalDataFinder urls() {
    return new PatternFinder(PersonalData.Type.URL, URL);
  }
}
