"""Words of an invented institution; all names and programmes are made up for this repository."""

from dataclasses import dataclass

DOMAIN = "ejemplo.edu.co"

GIVEN_NAMES = (
    *("Camila", "Andrés", "Valentina", "Julián", "Daniela", "Mateo", "Laura", "Santiago", "Paula", "Nicolás"),
    *("Mariana", "Felipe", "Natalia", "Óscar", "Juliana", "Esteban", "Carolina", "Iván", "Luisa", "Brayan"),
    *("Yuliana", "Kevin", "Marcela", "Fabián", "Angie", "Cristian", "Sandra", "Jhon", "Diana", "Wilmer"),
)
SURNAMES = (
    *("Rojas", "Gómez", "Muñoz", "Cárdenas", "Peña", "Quintero", "Salazar", "Zuluaga", "Ospina", "Bermúdez"),
    *("Ríos", "Castaño", "Navarro", "Suárez", "Hincapié", "Vargas", "Lozano", "Mejía", "Patiño", "Arango"),
    *(
        "Caicedo",
        "Tovar",
        "Ballesteros",
        "Niño",
        "Galvis",
        "Orozco",
        "Becerra",
        "Murillo",
        "Acosta",
        "Duarte",
    ),
)


@dataclass(frozen=True, slots=True)
class Programme:
    nombre: str
    ficha: int
    modalidad: str
    jornada: str


PROGRAMMES = (
    Programme("Técnico en Sistemas", 2700114, "Presencial", "Mañana"),
    Programme("Técnico en Cocina", 2700231, "Presencial", "Tarde"),
    Programme("Tecnólogo en Análisis y Desarrollo de Software", 2700358, "Virtual", "Mixta"),
    Programme("Tecnólogo en Gestión Empresarial", 2700462, "A distancia", "Noche"),
    Programme("Técnico en Electricidad Residencial", 2700577, "Presencial", "Mañana"),
    Programme("Tecnólogo en Producción Agrícola", 2700689, "Presencial", "Fin de semana"),
    Programme("Técnico en Atención a la Primera Infancia", 2700703, "A distancia", "Tarde"),
    Programme("Técnico en Confección Industrial", 2700816, "Presencial", "Noche"),
)

SHORT_COURSES = (
    "Excel básico",
    "Inglés para el trabajo",
    "Manipulación de alimentos",
    "Seguridad en alturas",
    "Servicio al cliente",
)

TUTORS = ("Rosa Helena Ibáñez", "Hugo Alberto Medina", "Clara Inés Pardo", "Édgar Useche", "Lina Parra")
TUTOR_HOURS = (
    "Lunes y miércoles, 8:00 a 10:00 a. m.",
    "Martes y jueves, 2:00 a 4:00 p. m.",
    "Viernes, 9:00 a. m. a 12:00 m.",
    "Lunes a jueves, 6:00 a 8:00 p. m.",
    "Sábados, 8:00 a 11:00 a. m.",
)
SUPPORT = ("Gloria Mesa", "Rubén Ayala")
