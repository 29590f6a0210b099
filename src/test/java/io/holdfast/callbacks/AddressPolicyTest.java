package io.holdfast.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

  private final AddressPolicy strict = AddressPolicy.allowing("");

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0,unspecified",
    "0.1.2.3,unspecified",
    "10.0.0.1,private",
    "100.64.0.1,shared",
    "100.100.100.200,shared",
    "127.0.0.1,loopback",
    "127.255.255.254,loopback",
    "169.254.169.254,metadata",
    "169.254.170.2,metadata",
    "172.16.0.1,private",
    "172.31.255.255,private",
    "192.0.0.192,reserved",
    "192.168.1.1,private",
    "198.18.0.1,benchmarks",
    "203.0.113.7,documentation",
    "224.0.0.1,multicast",
    "239.255.255.255,multicast",
    "240.0.0.1,reserved",
    "255.255.255.255,reserved",
    "::,unspecified",
    "::1,loopback",
    "::ffff:127.0.0.1,loopback",
    "::ffff:169.254.169.254,metadata",
    "::127.0.0.1,loopback",
    "::10.0.0.1,private",
    "64:ff9b::a9fe:a9fe,metadata",
    "64:ff9b::7f00:1,loopback",
    "64:ff9b:1::a00:1,translated",
    "2002:7f00:1::,loopback",
    "2002:a9fe:a9fe::1,metadata",
    "2002:c0a8:101::,private",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2,reserved",
    "2001:db8::1,documentation",
    "fc00::1,private",
    "fd00:ec2::254,private",
    "fe80::1,link-local",
    "fec0::1,site-local",
    "ff02::1,multicast",
    "100::1,reserved",
    "4000::1,reserved",
    "::ffff:0:127.0.0.1,reserved"
  })
  void whatIsNotPublicIsRefusedInEveryForm(String address, String why) throws UnknownHostException {
    assertThat(strict.objection(InetAddress.getByName(address)))
        .hasValueSatisfying(objection -> assertThat(objection).contains(why));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "172.32.0.1",
        "192.167.1.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:81b::200e",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "::ffff:8.8.8.8"
      })
  void whatIsPublicIsAllowed(String address) throws UnknownHostException {
    assertThat(strict.objection(InetAddress.getByName(address))).isEmpty();
  }

  @Test
  void aMappedAddressInRawBytesIsUnwrapped() throws UnknownHostException {
    byte[] raw = HexFormat.of().parseHex("00000000000000000000ffffa9fea9fe");
    assertThat(strict.objection(InetAddress.getByAddress(raw))).isPresent();
  }

  @Test
  void whatIsAllowedIsAllowedInEveryFormAndNothingElse() throws UnknownHostException {
    AddressPolicy policy = AddressPolicy.allowing("127.0.0.0/8, ::1, 10.1.0.0/16");
    for (String address :
        new String[] {"127.0.0.1", "::1", "10.1.2.3", "64:ff9b::7f00:1", "::ffff:10.1.0.1"}) {
      assertThat(policy.objection(InetAddress.getByName(address))).as(address).isEmpty();
    }
    for (String address : new String[] {"10.2.0.1", "169.254.169.254", "::2", "fd00::1"}) {
      assertThat(policy.objection(InetAddress.getByName(address))).as(address).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "10.0.0.0/33", "1.2.3.4/x", "1.2.3.4/-1", "a/b/c", "host/8"})
  void aBadRangeIsRefused(String text) {
    assertThatThrownBy(() -> AddressPolicy.allowing(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }
}
