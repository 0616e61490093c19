use super::*;
use proptest::prelude::*;

fn name(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn a_subject_is_written_as_rfc_4514_does() {
    let read = read(&self_signed("pay.example"));
    assert_eq!(read.subject_dn(), r"CN=pay.example,O=Example\, Inc.,C=CN");
    assert_eq!(name(&read.subject_dn()), *read.subject());
}

#[test]
fn however_it_is_written_it_is_the_same_name() {
    let read = read(&self_signed("pay.example"));
    for same in [
        r"cn = pay.example, o = Example\, Inc., c = CN",
        r"CN=pay.example,O=Example\2C Inc.,C=CN",
        r"2.5.4.3=pay.example,2.5.4.10=Example\2c Inc.,2.5.4.6=CN",
        r"CN=#0c0b7061792e6578616d706c65,O=Example\, Inc.,C=#1302434E",
    ] {
        assert_eq!(name(same), *read.subject(), "{same}");
    }
}

#[test]
fn another_name_is_another() {
    let read = read(&self_signed("pay.example"));
    for other in [
        r"C=CN,O=Example\, Inc.,CN=pay.example",
        r"CN=PAY.example,O=Example\, Inc.,C=CN",
        r"CN=pay.example,O=Example\, Inc.",
        r"CN=pay.example,O=Example\, Inc.,C=CN,C=CN",
        r"CN=pay.example+O=Example\, Inc.,C=CN",
        r"OU=pay.example,O=Example\, Inc.,C=CN",
    ] {
        assert_ne!(name(other), *read.subject(), "{other}");
    }
}

#[test]
fn what_is_no_name_is_refused() {
    for text in [
        "",
        "pay.example",
        "CN",
        "CN=",
        "=a",
        "CN=a,",
        "CN=a,b",
        "Nothing=a",
        "CN=a\\",
        "CN=#0",
        "1.=a",
    ] {
        assert_eq!(DistinguishedName::parse(text), Err(NotAName), "{text}");
    }
}

#[test]
fn attributes_of_one_part_have_no_order() {
    assert_eq!(name("UID=1+CN=a,C=CN"), name("CN=a + UID=1,C=CN"));
}

proptest! {
    #[test]
    fn every_value_survives_writing_and_reading(one in "\\PC{1,20}", two in "[ #+,;<>=\"\\\\a\u{0}]{1,9}") {
        let (mut params, key) = (params("x"), KeyPair::generate().unwrap());
        params.distinguished_name.push(DnType::OrganizationalUnitName, one);
        params.distinguished_name.push(DnType::LocalityName, two);
        let read = read(&params.self_signed(&key).unwrap());
        prop_assert_eq!(&name(&read.subject_dn()), read.subject());
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = DistinguishedName::parse(&text);
    }
}
