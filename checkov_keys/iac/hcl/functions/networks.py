"""Terraform's functions of IP networks."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Union

from checkov_keys.iac.hcl.errors import EvaluationError, UndecidedError
from checkov_keys.iac.hcl.functions.calling import (
    LARGEST_INTEGER,
    CallContext,
    Function,
    Parameter,
    as_integer,
    text_of,
)
from checkov_keys.iac.hcl.value_types import NUMBER, STRING, ListType
from checkov_keys.iac.hcl.values import Value, list_of, string

if TYPE_CHECKING:
    from collections.abc import Sequence

Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]
_LEADING_ZERO = re.compile(r"(?<![0-9])0+(?=[0-9])")
_WIDEST_STEP = 32
_BITS_OF_4, _BITS_OF_6 = 32, 128


def _parse_network(text: str) -> Network:
    address, slash, length = text.partition("/")
    if not slash or not length.isascii() or not length.isdigit() or len(length) > 3:  # noqa: PLR2004  # up to 128
        raise EvaluationError(f"invalid CIDR expression: invalid CIDR address: {text}")
    if "%" in address:
        raise EvaluationError(f"invalid CIDR expression: invalid CIDR address: {text}")
    if "." in address:
        head, colon, tail = address.rpartition(":")
        address = f"{head}{colon}{_LEADING_ZERO.sub('', tail)}"
    try:
        network = ipaddress.ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError as error:
        raise EvaluationError(f"invalid CIDR expression: invalid CIDR address: {text}") from error
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped is not None:
        raise UndecidedError("Terraform takes an IPv4 address in an IPv6 one for both")
    return network


def _spell_address(number: int, bits: int) -> str:
    if bits == _BITS_OF_4:
        return str(ipaddress.IPv4Address(number))
    address = ipaddress.IPv6Address(number)
    if address.ipv4_mapped is not None:
        raise UndecidedError("Terraform takes an IPv4 address in an IPv6 one for both")
    return str(address)


def _whole(value: Value) -> int:
    if value.content.denominator != 1:
        raise EvaluationError("value must be a whole number")
    return int(value.content)


def _cidrhost(arguments: Sequence[Value], _context: CallContext) -> Value:
    host, network = _whole(arguments[1]), _parse_network(text_of(arguments[0]))
    if abs(host) > LARGEST_INTEGER:
        raise UndecidedError("Terraform cuts such large numbers in an odd way")
    bits = network.max_prefixlen - network.prefixlen
    size = 1 << bits
    asked = -host - 1 if host < 0 else host
    if asked >= size:
        raise EvaluationError(f"prefix of {network.prefixlen} does not accommodate a host numbered {host}")
    address = int(network.network_address) + (size - 1 - asked if host < 0 else host)
    return string(_spell_address(address, network.max_prefixlen))


def _cidrnetmask(arguments: Sequence[Value], _context: CallContext) -> Value:
    network = _parse_network(text_of(arguments[0]))
    if network.version != 4:  # noqa: PLR2004  # IPv4
        raise EvaluationError("IPv6 addresses cannot have a netmask")
    return string(str(network.netmask))


def _cidrsubnet(arguments: Sequence[Value], _context: CallContext) -> Value:
    new_bits, position = as_integer(arguments[1], "newbits"), _whole(arguments[2])
    network = _parse_network(text_of(arguments[0]))
    length = network.prefixlen + new_bits
    if length > network.max_prefixlen:
        raise EvaluationError(f"insufficient address space to extend prefix of {network.prefixlen} by {new_bits}")
    if new_bits < 0 or not 0 <= position <= LARGEST_INTEGER:
        raise UndecidedError("Terraform takes such numbers, in an odd way")
    if position >> new_bits:
        raise EvaluationError(f"prefix extension of {new_bits} does not accommodate a subnet numbered {position}")
    address = int(network.network_address) + (position << network.max_prefixlen - length)
    return string(f"{_spell_address(address, network.max_prefixlen)}/{length}")


def _cidrsubnets(arguments: Sequence[Value], _context: CallContext) -> Value:
    network = _parse_network(text_of(arguments[0]))
    end = int(network.broadcast_address) + 1
    following = int(network.network_address)
    found = []
    for argument in arguments[1:]:
        step = as_integer(argument, "newbits")
        if not 1 <= step <= _WIDEST_STEP:
            raise EvaluationError("must extend prefix by at least one bit and at most 32")
        length = network.prefixlen + step
        if length > network.max_prefixlen:
            raise EvaluationError(f"would extend prefix to {length} bits, which is too long")
        size = 1 << network.max_prefixlen - length
        following = -(-following // size) * size
        if following + size > end or not int(network.network_address):
            raise EvaluationError(f"not enough remaining address space for a subnet with a prefix of {length} bits")
        found.append(string(f"{_spell_address(following, network.max_prefixlen)}/{length}"))
        following += size
    return list_of(STRING, found)


_PREFIX = Parameter("prefix", STRING)
FUNCTIONS = (
    Function("cidrhost", (_PREFIX, Parameter("hostnum", NUMBER)), _cidrhost, STRING),
    Function("cidrnetmask", (_PREFIX,), _cidrnetmask, STRING),
    Function("cidrsubnet", (_PREFIX, Parameter("newbits", NUMBER), Parameter("netnum", NUMBER)), _cidrsubnet, STRING),
    Function("cidrsubnets", (_PREFIX,), _cidrsubnets, ListType(STRING), variadic=Parameter("newbits", NUMBER)),
)
