-- State of each process; the processes make the tables.
CREATE DATABASE ocopea_hub;
CREATE DATABASE ocopea_eu_central;
CREATE DATABASE ocopea_us_west;
