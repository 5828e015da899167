"""Every reason for which a row is refused, in words a department can act on."""

from typing import Final

from minsheng.engine.contracts.schema import Text

REASONS: Final[dict[str, Text]] = {
    "missing-value": Text(zh="必填项为空", en="a required value is missing"),
    "column-missing": Text(zh="文件缺少必填列", en="the file lacks a required column"),
    "unidentified": Text(zh="没有身份证号，也没有姓名", en="neither identity number nor name is given"),
    "cell-count": Text(
        zh="列数与表头不一致，请按原表重填整行", en="the row has another number of cells than the header; fill it in from your table"
    ),
    "unbalanced-quotes": Text(zh="引号不成对，请按原表重填整行", en="a quotation mark is left open; fill the row in from your table"),
    "undecodable": Text(zh="含无法识别的字符（编码错误）", en="some characters cannot be read (wrong encoding)"),
    "formula": Text(zh="单元格是公式，请粘贴为数值", en="the cell is a formula; paste it as a value"),
    "error-cell": Text(zh="单元格是错误值", en="the cell holds a spreadsheet error"),
    "ruined-by-spreadsheet": Text(
        zh="长数字被表格软件改成科学计数法，请将该列设为文本后重新导出",
        en="a spreadsheet ruined a long number; make it text and export again",
    ),
    "length": Text(zh="身份证号位数不对", en="the identity number has a wrong length"),
    "characters": Text(zh="身份证号含有不应有的字符", en="the identity number holds characters that do not belong"),
    "birth-date": Text(zh="身份证号中的出生日期不存在", en="the birth date in the identity number does not exist"),
    "future-birth": Text(zh="身份证号中的出生日期在将来", en="the birth date in the identity number lies in the future"),
    "check-digit": Text(zh="身份证号校验码不符", en="the check digit of the identity number does not fit"),
    "made-up": Text(zh="演示用号码（999开头），不能用于正式数据", en="a made-up number (999…) has no place in real data"),
    "not-a-date": Text(zh="不是日期", en="this is no date"),
    "impossible-date": Text(zh="日期不存在", en="there is no such day"),
    "before-1900": Text(zh="日期早于1900年", en="the date is before 1900"),
    "future-date": Text(zh="日期在将来", en="the date lies in the future"),
    "not-a-month": Text(zh="不是月份", en="this is no month"),
    "impossible-month": Text(zh="月份不存在", en="there is no such month"),
    "not-a-number": Text(zh="不是数字", en="this is no number"),
    "unit-differs": Text(zh="单位与表头不一致", en="the unit differs from the header's"),
    "negative": Text(zh="不应为负数", en="the value may not be negative"),
    "below-minimum": Text(zh="低于允许的最小值", en="the value is below the least allowed"),
    "above-maximum": Text(zh="超过允许的最大值", en="the value is above the most allowed"),
    "unknown-code": Text(zh="代码不在代码表中", en="the code is not in the code list"),
    "division-code": Text(zh="区划代码应为6位、9位或12位数字", en="a division code has 6, 9 or 12 digits"),
    "phone": Text(zh="电话号码格式不对", en="this is no phone number"),
    "account": Text(zh="账号格式不对", en="this is no account number"),
    "not-a-name": Text(zh="姓名中含有数字", en="the name has digits in it"),
    "too-long": Text(zh="内容过长", en="the text is too long"),
    "conflicting-key": Text(zh="编号相同而内容不同", en="the same key stands for different contents"),
    "household-unknown": Text(zh="家庭编号不在家庭台账中", en="the household is not in the registry of households"),
    "number-shared": Text(zh="同一身份证号下有不同姓名", en="two names share the identity number"),
    "number-of-another-person": Text(zh="身份证号属于另一人", en="the identity number is another person's"),
    "listed-twice": Text(zh="同一户或同一人重复登记", en="the same household or person is listed twice"),
    "two-households": Text(zh="同一人登记在两个家庭中", en="the person is listed in two households"),
}
