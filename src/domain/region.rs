//! Administrative divisions by six-digit code (GB/T 2260). Only the province is known by name:
//! counties come and go, and the old codes stay valid.

/// A province, municipality, autonomous region or special administrative region.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Province {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
}

const fn province(code: &'static str, zh: &'static str, en: &'static str) -> Province {
    Province { code, zh, en }
}

/// The 31 divisions whose residents carry the resident identity card.
static MAINLAND: [Province; 31] = [
    province("11", "北京市", "Beijing"),
    province("12", "天津市", "Tianjin"),
    province("13", "河北省", "Hebei"),
    province("14", "山西省", "Shanxi"),
    province("15", "内蒙古自治区", "Inner Mongolia"),
    province("21", "辽宁省", "Liaoning"),
    province("22", "吉林省", "Jilin"),
    province("23", "黑龙江省", "Heilongjiang"),
    province("31", "上海市", "Shanghai"),
    province("32", "江苏省", "Jiangsu"),
    province("33", "浙江省", "Zhejiang"),
    province("34", "安徽省", "Anhui"),
    province("35", "福建省", "Fujian"),
    province("36", "江西省", "Jiangxi"),
    province("37", "山东省", "Shandong"),
    province("41", "河南省", "Henan"),
    province("42", "湖北省", "Hubei"),
    province("43", "湖南省", "Hunan"),
    province("44", "广东省", "Guangdong"),
    province("45", "广西壮族自治区", "Guangxi"),
    province("46", "海南省", "Hainan"),
    province("50", "重庆市", "Chongqing"),
    province("51", "四川省", "Sichuan"),
    province("52", "贵州省", "Guizhou"),
    province("53", "云南省", "Yunnan"),
    province("54", "西藏自治区", "Tibet"),
    province("61", "陕西省", "Shaanxi"),
    province("62", "甘肃省", "Gansu"),
    province("63", "青海省", "Qinghai"),
    province("64", "宁夏回族自治区", "Ningxia"),
    province("65", "新疆维吾尔自治区", "Xinjiang"),
];

/// The divisions whose residents carry a residence permit in the mainland.
static PERMITS: [Province; 3] = [
    province("81", "香港", "Hong Kong"),
    province("82", "澳门", "Macao"),
    province("83", "台湾", "Taiwan"),
];

/// Whether two digits name a province that issues resident identity cards.
pub(super) fn is_mainland_province(digits: &str) -> bool {
    MAINLAND.iter().any(|known| known.code == digits)
}

/// Why a text is no region code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionCodeError {
    /// Not six digits.
    #[error("a region code has six digits")]
    Format,
    /// Six digits of no known province.
    #[error("the first two digits name no known province")]
    Unknown,
}

impl RegionCodeError {
    /// The stable code of the error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "REGION_FORMAT",
            Self::Unknown => "REGION_UNKNOWN",
        }
    }
}

/// A six-digit region code of a known province; names no person, so it may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegionCode {
    digits: String,
    province: &'static Province,
}

impl RegionCode {
    /// Reads six ASCII digits that begin with a known province.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn parse(text: &str) -> Result<Self, RegionCodeError> {
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(RegionCodeError::Format);
        }
        let mut known = MAINLAND.iter().chain(&PERMITS);
        let province = known.find(|known| text.starts_with(known.code));
        let province = province.ok_or(RegionCodeError::Unknown)?;
        Ok(Self { digits: text.to_owned(), province })
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The two digits of the province.
    pub fn province(&self) -> &'static str {
        self.province.code
    }

    /// The province's name in Chinese.
    pub fn province_name_zh(&self) -> &'static str {
        self.province.zh
    }

    /// The province's name in English.
    pub fn province_name_en(&self) -> &'static str {
        self.province.en
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_knows_its_province_in_both_languages() {
        let region = RegionCode::parse("110105").unwrap();
        assert_eq!((region.as_str(), region.province()), ("110105", "11"));
        assert_eq!(region.province_name_zh(), "北京市");
        assert_eq!(region.province_name_en(), "Beijing");
        assert_eq!(RegionCode::parse("830000").unwrap().province_name_en(), "Taiwan");
    }

    #[test]
    fn a_region_is_six_digits_of_a_known_province() {
        for text in ["", "11010", "1101050", "11010X", "１１０１０５"] {
            assert_eq!(RegionCode::parse(text).unwrap_err().code(), "REGION_FORMAT", "{text}");
        }
        for text in ["000000", "160000", "710000", "990000"] {
            assert_eq!(RegionCode::parse(text).unwrap_err().code(), "REGION_UNKNOWN", "{text}");
        }
    }

    #[test]
    fn no_province_is_listed_twice() {
        assert!(MAINLAND.is_sorted_by(|a, b| a.code < b.code));
    }
}
