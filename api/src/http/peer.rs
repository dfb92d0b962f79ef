//! Where a request comes from: the other end of its connection or, where that is a proxy that the settings name, the
//! client that the proxy names. Headers of anybody else are not believed.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName, request::Parts};
use ipnet::IpNet;

/// What proxies append the address to that they were asked from.
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The bits of an IPv6 address that one customer of a network holds, near enough.
const NETWORK: u32 = 64;

/// The client's address, put into each request by [`super::serve()`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The address of a request; one for all where nobody told it.
    #[must_use]
    pub fn of(head: &Parts) -> Self {
        let told = head.extensions.get::<Self>();
        told.copied()
            .unwrap_or(Self(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
    }

    /// An address as limits count it: IPv4 however written, IPv6 by its network.
    #[must_use]
    pub fn counted(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(whole) => {
                let network = whole.to_bits() >> NETWORK << NETWORK;
                Self(IpAddr::V6(Ipv6Addr::from_bits(network)))
            }
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

/// Whether an address belongs to one of the proxies.
pub(super) fn is_proxy(address: IpAddr, proxies: &[IpNet]) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|network| network.contains(&address))
}

/// The client behind a connection: from the last proxy back to the first address that is none.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> ClientAddress {
    let named = headers
        .get_all(FORWARDED)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut named = named.collect::<Vec<_>>();
    let mut address = peer;
    while is_proxy(address, proxies) {
        match named.pop().and_then(read) {
            Some(before) => address = before,
            None => break,
        }
    }
    ClientAddress::counted(address)
}

/// An address with or without a port, as proxies write it.
fn read(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .or_else(|_| text.parse::<std::net::SocketAddr>().map(|whole| whole.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_named_proxies_are_believed_and_only_as_far_as_they_go() {
        let proxies: Vec<IpNet> = ["10.0.0.0/8", "::1/128"]
            .map(|net| net.parse().unwrap())
            .into();
        for (peer, named, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            (
                "10.0.0.1",
                &["6.6.6.6", "198.51.100.1, 10.2.3.4"],
                "198.51.100.1",
            ),
            ("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::1", &["[2001:db8:1:2:3::4]:443"], "2001:db8:1:2::"),
            ("10.0.0.1", &["unknown"], "10.0.0.1"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["10.0.0.2"], "10.0.0.2"),
        ] {
            let mut headers = HeaderMap::new();
            for value in named {
                headers.append(FORWARDED, value.parse().unwrap());
            }
            let found = client(address(peer), &headers, &proxies);
            assert_eq!(found, ClientAddress(address(expected)), "{peer} {named:?}");
        }
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_and_two_as_two() {
        let counted = |text| ClientAddress::counted(address(text));
        assert_eq!(counted("2001:db8::1"), counted("2001:db8::ffff:1"));
        assert_ne!(counted("2001:db8::1"), counted("2001:db8:0:1::1"));
        assert_eq!(counted("::ffff:192.0.2.1"), counted("192.0.2.1"));
        assert_ne!(counted("192.0.2.1"), counted("192.0.2.2"));
    }
}
