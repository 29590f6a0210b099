package io.holdfast.callbacks;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Addresses with a common beginning: {@code 10.0.0.0/8}, {@code ::1}.
 *
 * @param prefix the first {@code bits} of an address
 * @param size of a whole address, in bytes
 */
record AddressRange(BigInteger prefix, int bits, int size) {

  private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F.:]+");

  /** Throws IllegalArgumentException if it is no range of addresses. */
  static AddressRange parse(String text) {
    String[] parts = text.strip().split("/", -1);
    try {
      if (parts.length <= 2 && LITERAL.matcher(parts[0]).matches()) {
        byte[] start = InetAddress.getByName(parts[0]).getAddress();
        int bits = parts.length == 1 ? start.length * 8 : Integer.parseInt(parts[1]);
        if (bits >= 0 && bits <= start.length * 8) {
          return of(start, bits);
        }
      }
    } catch (UnknownHostException | NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException("not a range of addresses: " + text);
  }

  static AddressRange of(byte[] start, int bits) {
    return new AddressRange(first(start, bits), bits, start.length);
  }

  boolean contains(byte[] address) {
    return address.length == size && first(address, bits).equals(prefix);
  }

  private static BigInteger first(byte[] address, int bits) {
    return new BigInteger(1, address).shiftRight(address.length * 8 - bits);
  }
}
