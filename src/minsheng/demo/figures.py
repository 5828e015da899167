"""The figures behind the made-up world: which were published, and which are our guess.

Every rate the generator uses stands here, once. A published one names the line it comes from; a guess says so. None was
chosen by looking at what a monitoring model finds. `docs/demo-world.md` lists them all, and a test holds the two together.
"""


class Figure(float):
    """A number that knows where it comes from."""

    source: str
    published: bool

    def __new__(cls, value: float, source: str, *, published: bool) -> "Figure":
        """This will make a number with its source."""
        made = super().__new__(cls, value)
        made.source, made.published = source, published
        return made


def _published(value: float, source: str) -> Figure:
    return Figure(value, source, published=True)


def _guess(value: float, why: str) -> Figure:
    return Figure(value, why, published=False)


# People
PERSONS_PER_HOUSEHOLD = _published(210 / 130, "Wuchang district: 130,000 households, 210,000 people")
SHARE_UNDER_16 = _published(0.164, "national bulletin, end of 2025: aged 0-15")
SHARE_60_AND_OVER = _published(0.230, "national bulletin, end of 2025: aged 60 and over")
SHARE_65_AND_OVER = _published(0.159, "national bulletin, end of 2025: aged 65 and over")
SEX_RATIO = _published(105.07, "2020 census: men per 100 women")
BIRTHS_PER_1000_YEAR = _published(5.63, "national bulletin 2025: births per thousand")
DEATHS_PER_1000_YEAR = _published(8.04, "national bulletin 2025: deaths per thousand")
MINORITY_NAME_SHARE = _guess(0.004, "names written with a middle dot; nothing published for a Wuhan district")
RARE_CHARACTER_SHARE = _guess(0.006, "names with characters outside the common sets")

# Categories of the monitored population, shares of people
SHARE_DIBAO = _published(40 / 66.6, "national platform, October 2023: dibao about 40 of 66.6 million people")
SHARE_TEKUN = _published(4.6 / 66.6, "national platform, October 2023: extremely poor 4.6 million")
SHARE_MARGINAL = _published(6 / 66.6, "national platform, October 2023: dibao marginal over 6 million")
SHARE_POVERTY_RETURN = _guess(0.012, "monitored against return to poverty: 4.5 % nationally, but a rural list, so few in a city district")
SHARE_RIGID = _guess(0.02, "rigid-expenditure households; the platform counts them among the others")
EXIT_WITHIN_TWO_YEARS = _guess(0.35, "share of the others who left dibao or tekun in the last two years")
DIBAO_STANDARD_YUAN = _published(940, "Wuhan 2023: urban dibao standard, yuan a month")

# Health
ADMISSIONS_PER_100_YEAR = _published(22.1, "2024: 311.92 million admissions, 22.1 per 100 people")
STAY_MEAN_YUAN = _published(9870, "2024: mean cost of a hospital stay")
STAY_MEAN_DAYS = _published(8.6, "2024: mean length of a hospital stay")
OUTPATIENT_MEAN_YUAN = _published(361, "2024: mean cost of a hospital outpatient visit")
STAY_COST_SIGMA = _guess(1.0, "spread of the logarithm of a stay's cost: a heavy tail")
MAJOR_ILLNESS_COST = _guess(20000, "mean cost of a stay caused by a hardship's illness, yuan")
MAJOR_ILLNESS_STAYS = _guess(1.4, "mean stays in the half year after such an illness")
OUTPATIENT_PER_MONTH = _guess(0.05, "settled outpatient visits in a month per person; of the 7.2 a year, few reach the district's file")
CHRONIC_VISITS_PER_MONTH = _guess(0.35, "settled visits in a month per person with a chronic disease")
CHRONIC_SHARE = _published(415.4 / 4137, "Gansu, December 2020: chronic or major disease 415,400 of 4,137,000 monitored")
CHRONIC_NEW_PER_YEAR = _guess(0.02, "people newly registered with a chronic or major disease in a year, shocks aside")

# Disability
DISABLED_SHARE = _published(0.0634, "2006 sample survey: disabled people among all")
DISABILITY_NEW_PER_YEAR = _guess(0.004, "people with a new certificate in a year, shocks aside")

# Work
UNEMPLOYED_SHARE = _published(167.2 / 4137, "Gansu, December 2020: unemployed 167,200 of 4,137,000 monitored")
UNEMPLOYED_MONTHS = _guess(9, "mean months without work after registering as unemployed")
UNEMPLOYMENT_BENEFIT_YUAN = _published(1814, "2023: unemployment benefit, yuan a month")
WAGE_MEAN_YUAN = _published(4961, "2024: mean wage of migrant workers, yuan a month")
RESIDENT_PENSION_YUAN = _published(223, "2023: mean resident pension, yuan a month")
RESIDENT_PENSION_SHARE = _published(172.68 / (0.230 * 1404.89), "172.68 million draw it; 23 % of 1,404.89 million are 60 and over")
EMPLOYEE_PENSION_YUAN = _guess(2600, "mean employee pension among low-income people")
EMPLOYEE_PENSION_SHARE = _guess(0.38, "share of people over 60 with an employee pension")
FORMAL_WORK_SHARE = _guess(0.36, "people of 16-59 out of school with social-insurance contributions")
CONTRACT_GAP_PER_MONTH = _guess(0.006, "contributors whose employer pays a month late or not at all")

# Hardship
HARD_STAY_YEAR = _published(0.44, "household panel in another country: 43-46 % of the poorest fifth stay in it a year later")
HARD_FALL_IN_YEAR = _published(0.14, "the same panel: 14 % of the others fall in")
SHARE_ILLNESS = _guess(0.38, "hardships caused by illness; the share among registered poor households was about 42 % (from memory)")
SHARE_JOB_LOSS = _guess(0.17, "hardships caused by the loss of work")
SHARE_DISABILITY = _guess(0.08, "hardships caused by a new disability or a worse one")
SHARE_DISASTER = _guess(0.05, "hardships caused by fire, flood or accident")
SHARE_SCHOOL = _guess(0.10, "hardships caused by the cost of schooling")
SHARE_OTHER = _guess(0.22, "hardships that no department sees: debt, divorce, prices, informal work ending")
TRACE_ILLNESS = _guess(0.80, "illnesses behind a hardship that leave a record")
TRACE_JOB_LOSS = _guess(0.55, "lost jobs behind a hardship that leave a record")
TRACE_DISABILITY = _guess(0.85, "disabilities behind a hardship that leave a record")
TRACE_DISASTER = _guess(0.70, "disasters behind a hardship that leave a record")
TRACE_SCHOOL = _guess(0.75, "school costs behind a hardship that leave a record")
DISASTERS_PER_1000_MONTH = _guess(0.45, "people recorded in a disaster or accident in a month without falling into hardship, per thousand")

# The registry's own change, shares a month
HOUSEHOLDS_JOIN = _guess(0.004, "households that join the registry in a month")
HOUSEHOLDS_LEAVE = _guess(0.004, "households that leave the registry in a month")
HOUSEHOLDS_SPLIT = _guess(0.0004, "households of grown-ups that split in a month")
MEMBERS_MARRY_OUT = _guess(0.0008, "unmarried grown-up members who marry out in a month")
CATEGORY_CHANGES = _guess(0.006, "households whose category changes in a month")

# Deliveries
OUTSIDERS = _guess(0.30, "people in the departments' files who are not registered, per registered person")
OUT_OF_AREA_SHARE = _guess(0.01, "rows about people who live outside the district")
EVERY_FAULT_SHARE = _guess(0.01, "bad rows, all kinds together")
WRONG_NAME_SHARE = _guess(0.003, "rows with the right number and another writing of the name")
NO_NUMBER_SHARE = _guess(0.005, "rows without a number")
OTHER_NUMBER_SHARE = _guess(0.0003, "rows with the valid number of somebody else")
