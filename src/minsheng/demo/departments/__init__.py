"""What the fifteen departments know of the district, true and typed, before it is written in their dialects.

Belongs here: one function per feed, `(world, position, rng) -> rows`, with the contract's canonical columns in clean types and
the column `person`. Does not belong: headers, encodings, spellings and mistakes (`demo.dialects`, `demo.spoiling`).
"""

from minsheng.demo.departments import disability, health, people, property, register, school, trouble, work
from minsheng.demo.departments.rows import Department

DEPARTMENTS: dict[str, Department] = {
    department.__name__: department
    for department in (
        register.registry_households,
        register.registry_members,
        health.medical_settlements,
        health.disease_registrations,
        disability.disability_certificates,
        work.registered_unemployment,
        work.social_insurance_contributions,
        work.pensions,
        school.school_enrolment,
        school.student_aid,
        people.household_register,
        people.cremations,
        people.custody,
        property.vehicles,
        property.real_estate,
        property.business_registrations,
        property.dangerous_houses,
        property.public_rental,
        trouble.disaster_victims,
        trouble.return_to_poverty_monitoring,
        trouble.water_use,
        trouble.electricity_use,
    )
}
"""Every feed's function, by the feed's name."""
